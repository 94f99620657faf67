package raft

import (
	"math/rand"
	"testing"
	"time"
)

func TestInitialElection2A(t *testing.T) {
	cfg := makeConfig(t, "initial election", 3)
	defer cfg.cleanup()
	cfg.oneLeader()
	time.Sleep(50 * time.Millisecond)
	term := cfg.sameTerm()
	if term < 1 {
		t.Fatalf("the term is %d, and should be at least 1", term)
	}
	time.Sleep(2 * electionTimeout)
	if now := cfg.sameTerm(); now != term {
		t.Logf("warning: the term changed from %d to %d, and nothing had failed", term, now)
	}
	cfg.oneLeader()
	cfg.end()
}

func TestReElection2A(t *testing.T) {
	cfg := makeConfig(t, "election after network failure", 3)
	defer cfg.cleanup()
	first := cfg.oneLeader()
	cfg.disconnect(first)
	cfg.oneLeader()
	cfg.connect(first)
	second := cfg.oneLeader()
	cfg.disconnect(second, second+1)
	time.Sleep(2 * electionTimeout)
	cfg.noLeader()
	cfg.connect(second + 1)
	cfg.oneLeader()
	cfg.connect(second)
	cfg.oneLeader()
	cfg.end()
}

func TestManyElections2A(t *testing.T) {
	cfg := makeConfig(t, "multiple elections", 7)
	defer cfg.cleanup()
	cfg.oneLeader()
	for i := 0; i < 9; i++ {
		cut := []int{rand.Intn(cfg.n), rand.Intn(cfg.n), rand.Intn(cfg.n)}
		cfg.disconnect(cut...)
		cfg.oneLeader()
		cfg.connect(cut...)
	}
	cfg.oneLeader()
	cfg.end()
}

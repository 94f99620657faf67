package raft

import (
	"math/rand"
	"sync"
	"testing"
	"time"
)

func TestPersist12C(t *testing.T) {
	cfg := makeConfig(t, "basic persistence", 3)
	defer cfg.cleanup()
	cfg.agree(11, cfg.n, true)
	cfg.start(cfg.all()...)
	for i := 0; i < cfg.n; i++ {
		cfg.disconnect(i)
		cfg.connect(i)
	}
	cfg.agree(12, cfg.n, true)

	first := cfg.oneLeader()
	cfg.disconnect(first)
	cfg.restart(first)
	cfg.agree(13, cfg.n, true)

	second := cfg.oneLeader()
	cfg.disconnect(second)
	cfg.agree(14, cfg.n-1, true)
	cfg.restart(second)
	cfg.wait(4, cfg.n, -1)

	third := cfg.oneLeader() + 1
	cfg.disconnect(third)
	cfg.agree(15, cfg.n-1, true)
	cfg.restart(third)
	cfg.agree(16, cfg.n, true)
	cfg.end()
}

func TestPersist22C(t *testing.T) {
	cfg := makeConfig(t, "more persistence", 5)
	defer cfg.cleanup()
	index := 1
	agree := func(expected int) {
		cfg.agree(10+index, expected, true)
		index++
	}
	for round := 0; round < 5; round++ {
		agree(cfg.n)
		leader := cfg.oneLeader()
		cfg.disconnect(leader+1, leader+2)
		agree(cfg.n - 2)
		cfg.disconnect(leader, leader+3, leader+4)
		cfg.restart(leader+1, leader+2)
		time.Sleep(electionTimeout)
		cfg.restart(leader + 3)
		agree(cfg.n - 2)
		cfg.connect(leader+4, leader)
	}
	cfg.agree(1000, cfg.n, true)
	cfg.end()
}

func TestPersist32C(t *testing.T) {
	cfg := makeConfig(t, "partitioned leader and one follower crash, leader restarts", 3)
	defer cfg.cleanup()
	cfg.agree(101, 3, true)
	leader := cfg.oneLeader()
	cfg.disconnect(leader + 2)
	cfg.agree(102, 2, true)
	cfg.crash(leader, leader+1)
	cfg.connect(leader + 2)
	cfg.restart(leader)
	cfg.agree(103, 2, true)
	cfg.restart(leader + 1)
	cfg.agree(104, cfg.n, true)
	cfg.end()
}

func TestFigure82C(t *testing.T) {
	cfg := makeConfig(t, "Figure 8", 5)
	defer cfg.cleanup()
	cfg.agree(random(), 1, true)
	for round, alive := 0, cfg.n; round < 1000; round++ {
		leader := startEverywhere(cfg, func(int) bool { return true })
		time.Sleep(figure8Pause())
		if leader != -1 {
			cfg.crash(leader)
			alive--
		}
		if back := rand.Intn(cfg.n); alive < 3 && cfg.server(back) == nil {
			cfg.restart(back)
			alive++
		}
	}
	for i := 0; i < cfg.n; i++ {
		if cfg.server(i) == nil {
			cfg.restart(i)
		}
	}
	cfg.agree(random(), cfg.n, true)
	cfg.end()
}

// startEverywhere offers a command to every server that runs; it returns the last that took it and counts, or -1.
func startEverywhere(cfg *config, counts func(server int) bool) int {
	leader := -1
	for i := 0; i < cfg.n; i++ {
		if rf := cfg.server(i); rf != nil {
			if _, _, accepted := rf.Start(random()); accepted && counts(i) {
				leader = i
			}
		}
	}
	return leader
}

// figure8Pause is short as a rule, so that a leader that crashes then has told few others, or nobody.
func figure8Pause() time.Duration {
	if rand.Intn(10) == 0 {
		return time.Duration(rand.Intn(500)) * time.Millisecond
	}
	return time.Duration(rand.Intn(13)) * time.Millisecond
}

func TestUnreliableAgree2C(t *testing.T) {
	cfg := makeConfig(t, "unreliable agreement", 5, unreliable)
	defer cfg.cleanup()
	var group sync.WaitGroup
	for i := 1; i < 50; i++ {
		for j := 0; j < 4; j++ {
			group.Add(1)
			go func(command int) {
				defer group.Done()
				cfg.agree(command, 1, true)
			}(100*i + j)
		}
		cfg.agree(i, 1, true)
	}
	cfg.net.SetUnreliable(false)
	group.Wait()
	cfg.agree(100, cfg.n, true)
	cfg.end()
}

func TestFigure8Unreliable2C(t *testing.T) {
	cfg := makeConfig(t, "Figure 8 (unreliable)", 5, unreliable)
	defer cfg.cleanup()
	cfg.agree(random()%10000, 1, true)
	for round, connected := 0, cfg.n; round < 1000; round++ {
		if round == 200 {
			cfg.net.SetReordering(true)
		}
		leader := startEverywhere(cfg, cfg.isConnected)
		time.Sleep(figure8Pause())
		if leader != -1 && rand.Intn(2) == 0 {
			cfg.disconnect(leader)
			connected--
		}
		if back := rand.Intn(cfg.n); connected < 3 && !cfg.isConnected(back) {
			cfg.connect(back)
			connected++
		}
	}
	cfg.connect(cfg.all()...)
	cfg.agree(random()%10000, cfg.n, true)
	cfg.end()
}

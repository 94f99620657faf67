package raft

import (
	"crypto/rand"
	"encoding/base64"
	"sync"
	"testing"
	"time"
)

func TestBasicAgree2B(t *testing.T) {
	cfg := makeConfig(t, "basic agreement", 3)
	defer cfg.cleanup()
	for i := 1; i <= 3; i++ {
		cfg.notCommitted(i)
		if index := cfg.agree(100*i, cfg.n, false); index != i {
			t.Fatalf("the command got index %d, and should have got %d", index, i)
		}
	}
	cfg.end()
}

func TestRPCBytes2B(t *testing.T) {
	cfg := makeConfig(t, "RPC byte count", 3)
	defer cfg.cleanup()
	cfg.agree(99, cfg.n, false)
	before, sent := cfg.net.Bytes(), 0
	for index := 2; index <= 11; index++ {
		command := randomText(5000)
		if at := cfg.agree(command, cfg.n, false); at != index {
			t.Fatalf("the command got index %d, and should have got %d", at, index)
		}
		sent += len(command)
	}
	if used, most := cfg.net.Bytes()-before, int64(cfg.n*sent+50000); used > most {
		t.Fatalf("%d bytes of RPCs for %d bytes of commands; at most %d are fair", used, sent, most)
	}
	cfg.end()
}

func randomText(length int) string {
	data := make([]byte, length)
	if _, err := rand.Read(data); err != nil {
		panic(err)
	}
	return base64.URLEncoding.EncodeToString(data)[:length]
}

func TestFollowerFailure2B(t *testing.T) {
	cfg := makeConfig(t, "progressive failure of followers", 3)
	defer cfg.cleanup()
	cfg.agree(101, cfg.n, false)
	cfg.disconnect(cfg.oneLeader() + 1)
	cfg.agree(102, cfg.n-1, false)
	time.Sleep(electionTimeout)
	cfg.agree(103, cfg.n-1, false)
	leader := cfg.oneLeader()
	cfg.disconnect(leader+1, leader+2)
	index, _, accepted := cfg.server(leader).Start(104)
	if !accepted || index != 4 {
		t.Fatalf("the leader should have taken the command at index 4: index %d, accepted %v", index, accepted)
	}
	time.Sleep(2 * electionTimeout)
	cfg.notCommitted(index)
	cfg.end()
}

func TestLeaderFailure2B(t *testing.T) {
	cfg := makeConfig(t, "failure of leaders", 3)
	defer cfg.cleanup()
	cfg.agree(101, cfg.n, false)
	cfg.disconnect(cfg.oneLeader())
	cfg.agree(102, cfg.n-1, false)
	time.Sleep(electionTimeout)
	cfg.agree(103, cfg.n-1, false)
	cfg.disconnect(cfg.oneLeader())
	for i := 0; i < cfg.n; i++ {
		cfg.server(i).Start(104)
	}
	time.Sleep(2 * electionTimeout)
	cfg.notCommitted(4)
	cfg.end()
}

func TestFailAgree2B(t *testing.T) {
	cfg := makeConfig(t, "agreement after follower reconnects", 3)
	defer cfg.cleanup()
	cfg.agree(101, cfg.n, false)
	leader := cfg.oneLeader()
	cfg.disconnect(leader + 1)
	cfg.agree(102, cfg.n-1, false)
	cfg.agree(103, cfg.n-1, false)
	time.Sleep(electionTimeout)
	cfg.agree(104, cfg.n-1, false)
	cfg.agree(105, cfg.n-1, false)
	cfg.connect(leader + 1)
	cfg.agree(106, cfg.n, true)
	time.Sleep(electionTimeout)
	cfg.agree(107, cfg.n, true)
	cfg.end()
}

func TestFailNoAgree2B(t *testing.T) {
	cfg := makeConfig(t, "no agreement if too many followers disconnect", 5)
	defer cfg.cleanup()
	cfg.agree(10, cfg.n, false)
	first := cfg.oneLeader()
	cfg.disconnect(first+1, first+2, first+3)
	index, _, accepted := cfg.server(first).Start(20)
	if !accepted || index != 2 {
		t.Fatalf("the leader should have taken the command at index 2: index %d, accepted %v", index, accepted)
	}
	time.Sleep(2 * electionTimeout)
	cfg.notCommitted(index)
	cfg.connect(first+1, first+2, first+3)
	second := cfg.oneLeader()
	index, _, accepted = cfg.server(second).Start(30)
	if !accepted || index < 2 || index > 3 {
		t.Fatalf("the leader should have taken the command at index 2 or 3: index %d, accepted %v", index, accepted)
	}
	cfg.agree(1000, cfg.n, true)
	cfg.end()
}

// Reigns end when they like: what needs one term, from its first to its last step, may be tried so often.
const attempts = 5

const betweenAttempts = 3 * time.Second

func TestConcurrentStarts2B(t *testing.T) {
	cfg := makeConfig(t, "concurrent Start()s", 3)
	defer cfg.cleanup()
	for attempt := 0; attempt < attempts; attempt++ {
		if attempt > 0 {
			time.Sleep(betweenAttempts)
		}
		if startsTogether(cfg, cfg.oneLeader()) {
			cfg.end()
			return
		}
	}
	t.Fatal("the term changed too often")
}

// startsTogether says whether one term lasted; then five commands that were offered at the same time are all there.
func startsTogether(cfg *config, leader int) bool {
	rf := cfg.server(leader)
	_, term, accepted := rf.Start(1)
	if !accepted {
		return false
	}
	var group sync.WaitGroup
	indexes := make(chan int, 5)
	for i := 0; i < 5; i++ {
		group.Add(1)
		go func(command int) {
			defer group.Done()
			if index, at, accepted := rf.Start(command); accepted && at == term {
				indexes <- index
			}
		}(100 + i)
	}
	group.Wait()
	close(indexes)
	for i := 0; i < cfg.n; i++ {
		if now, _ := cfg.server(i).GetState(); now != term {
			return false
		}
	}
	seen := map[interface{}]bool{}
	for index := range indexes {
		command, ok := cfg.wait(index, cfg.n, term)
		if !ok {
			return false
		}
		seen[command] = true
	}
	for command := 100; command < 105; command++ {
		if !seen[command] {
			cfg.t.Fatalf("%d was taken, and is not in the log: %v", command, seen)
		}
	}
	return true
}

func TestRejoin2B(t *testing.T) {
	cfg := makeConfig(t, "rejoin of partitioned leader", 3)
	defer cfg.cleanup()
	cfg.agree(101, cfg.n, true)
	first := cfg.oneLeader()
	cfg.disconnect(first)
	for command := 102; command <= 104; command++ {
		cfg.server(first).Start(command)
	}
	cfg.agree(103, 2, true)
	second := cfg.oneLeader()
	cfg.disconnect(second)
	cfg.connect(first)
	cfg.agree(104, 2, true)
	cfg.connect(second)
	cfg.agree(105, cfg.n, true)
	cfg.end()
}

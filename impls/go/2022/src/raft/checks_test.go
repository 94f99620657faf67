package raft

import (
	"math/rand"
	"time"
)

// electionTimeout is the tester's idea of how long a cluster may take to notice anything.
const electionTimeout = 1000 * time.Millisecond

// oneLeader waits for a leader among the connected servers; it returns that of the newest term.
func (cfg *config) oneLeader() int {
	cfg.t.Helper()
	for round := 0; round < 10; round++ {
		time.Sleep(time.Duration(450+rand.Intn(100)) * time.Millisecond)
		cfg.check()
		leaders, newest := map[int]int{}, -1
		for i := 0; i < cfg.n; i++ {
			term, leads := cfg.state(i)
			if !leads {
				continue
			}
			if other, ok := leaders[term]; ok {
				cfg.t.Fatalf("term %d has two leaders, %d and %d", term, other, i)
			}
			leaders[term] = i
			if term > newest {
				newest = term
			}
		}
		if len(leaders) > 0 {
			return leaders[newest]
		}
	}
	cfg.t.Fatal("expected one leader, got none")
	return -1
}

// state asks a connected server for its term, and whether it leads.
func (cfg *config) state(i int) (int, bool) {
	rf := cfg.server(i)
	if rf == nil || !cfg.isConnected(i) {
		return -1, false
	}
	return rf.GetState()
}

// noLeader fails if a connected server says that it leads.
func (cfg *config) noLeader() {
	cfg.t.Helper()
	cfg.check()
	for i := 0; i < cfg.n; i++ {
		if _, leads := cfg.state(i); leads {
			cfg.t.Fatalf("expected no leader, but server %d says that it leads", i)
		}
	}
}

// sameTerm returns the term of all connected servers.
func (cfg *config) sameTerm() int {
	cfg.t.Helper()
	found := -1
	for i := 0; i < cfg.n; i++ {
		term, _ := cfg.state(i)
		if term == -1 {
			continue
		}
		if found == -1 {
			found = term
		} else if found != term {
			cfg.t.Fatalf("servers disagree on the term: %d and %d", found, term)
		}
	}
	return found
}

// commits returns how many servers have applied an index, and the command.
func (cfg *config) commits(index int) (int, interface{}) {
	cfg.t.Helper()
	cfg.check()
	cfg.mu.Lock()
	defer cfg.mu.Unlock()
	count := 0
	for _, above := range cfg.services {
		if index < len(above.commands) {
			count++
		}
	}
	return count, cfg.committed[index]
}

// notCommitted fails if anybody has applied an index.
func (cfg *config) notCommitted(index int) {
	cfg.t.Helper()
	if count, command := cfg.commits(index); count > 0 {
		cfg.t.Fatalf("%d servers applied %v at index %d, which cannot have been committed", count, command, index)
	}
}

// wait returns the command at an index, as soon as n servers have applied it; false when a server's term has moved on
// from the one given, unless that is -1.
func (cfg *config) wait(index int, n int, term int) (interface{}, bool) {
	cfg.t.Helper()
	pause := 10 * time.Millisecond
	for poll := 0; poll < 30; poll++ {
		if count, command := cfg.commits(index); count >= n {
			return command, true
		}
		time.Sleep(pause)
		if pause < time.Second {
			pause *= 2
		}
		if term >= 0 && cfg.hasMovedOn(term) {
			return nil, false
		}
	}
	count, _ := cfg.commits(index)
	cfg.t.Fatalf("only %d of %d servers applied index %d", count, n, index)
	return nil, false
}

func (cfg *config) hasMovedOn(term int) bool {
	for i := 0; i < cfg.n; i++ {
		if rf := cfg.server(i); rf != nil {
			if now, _ := rf.GetState(); now > term {
				return true
			}
		}
	}
	return false
}

// agree has a command committed, and returns its index. The leader may change meanwhile; with retry, the command is
// offered again when it seems to have been lost.
func (cfg *config) agree(command interface{}, expected int, retry bool) int {
	cfg.t.Helper()
	began, next := time.Now(), 0
	for time.Since(began) < 10*time.Second {
		cfg.check()
		index := -1
		for tried := 0; tried < cfg.n && index == -1; tried++ {
			next = (next + 1) % cfg.n
			if rf := cfg.server(next); rf != nil && cfg.isConnected(next) {
				if at, _, accepted := rf.Start(command); accepted {
					index = at
				}
			}
		}
		if index == -1 {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		if cfg.becomes(command, index, expected) {
			return index
		}
		if !retry {
			break
		}
	}
	cfg.t.Fatalf("failed to reach agreement on %v", command)
	return -1
}

// becomes waits up to two seconds until enough servers have applied this very command at an index.
func (cfg *config) becomes(command interface{}, index int, expected int) bool {
	cfg.t.Helper()
	for began := time.Now(); time.Since(began) < 2*time.Second; time.Sleep(20 * time.Millisecond) {
		if count, applied := cfg.commits(index); count >= expected && applied == command {
			return true
		}
	}
	return false
}

package raft

import (
	"testing"
	"time"
)

func TestBackup2B(t *testing.T) {
	cfg := makeConfig(t, "leader backs up quickly over incorrect follower logs", 5)
	defer cfg.cleanup()
	cfg.agree(random(), cfg.n, true)

	// A leader and one follower get many entries that are never committed, then the other three many that are.
	first := cfg.oneLeader()
	cfg.disconnect(first+2, first+3, first+4)
	startMany(cfg, first)
	time.Sleep(electionTimeout / 2)
	cfg.disconnect(first, first+1)
	cfg.connect(first+2, first+3, first+4)
	agreeMany(cfg)

	// Again, for another leader of these three and one of its followers.
	second := cfg.oneLeader()
	other := (first + 2) % cfg.n
	if other == second {
		other = (second + 1) % cfg.n
	}
	cfg.disconnect(other)
	startMany(cfg, second)
	time.Sleep(electionTimeout / 2)

	// The first two come back, with the one of the three that was left out: its log is the newest of them.
	cfg.disconnect(cfg.all()...)
	cfg.connect(first, first+1, other)
	agreeMany(cfg)
	cfg.connect(cfg.all()...)
	cfg.agree(random(), cfg.n, true)
	cfg.end()
}

const many = 50

func startMany(cfg *config, leader int) {
	for i := 0; i < many; i++ {
		cfg.server(leader).Start(random())
	}
}

func agreeMany(cfg *config) {
	for i := 0; i < many; i++ {
		cfg.agree(random(), 3, true)
	}
}

const (
	mostForElection = 30
	mostIdle        = 3 * 20 // for an election timeout in which nothing happens
	counted         = 10     // commands
)

func TestCount2B(t *testing.T) {
	cfg := makeConfig(t, "RPC counts aren't too high", 3)
	defer cfg.cleanup()
	cfg.oneLeader()
	if calls := requests(cfg); calls < 1 || calls > mostForElection {
		t.Fatalf("%d RPCs to elect a first leader; 1 to %d are fair", calls, mostForElection)
	}
	for attempt := 0; !countsOnce(cfg, cfg.oneLeader()); attempt++ {
		if attempt == attempts-1 {
			t.Fatal("the term changed too often")
		}
		time.Sleep(betweenAttempts)
	}
	before := requests(cfg)
	time.Sleep(electionTimeout)
	if idle := requests(cfg) - before; idle > mostIdle {
		t.Fatalf("%d RPCs in %v in which nothing happened; at most %d are fair", idle, electionTimeout, mostIdle)
	}
	cfg.end()
}

// countsOnce says whether one term lasted; then few RPCs were needed for a number of commands.
func countsOnce(cfg *config, leader int) bool {
	before := requests(cfg)
	rf := cfg.server(leader)
	first, term, accepted := rf.Start(1)
	if !accepted {
		return false
	}
	commands := []interface{}{1}
	for i := 1; i < counted+2; i++ {
		command := random()
		index, at, accepted := rf.Start(command)
		if !accepted || at != term {
			return false
		}
		if index != first+i {
			cfg.t.Fatalf("a command got index %d, and should have got %d", index, first+i)
		}
		commands = append(commands, command)
	}
	for i := 0; i < counted; i++ {
		command, ok := cfg.wait(first+i, cfg.n, term)
		if !ok {
			return false
		}
		if command != commands[i] {
			cfg.t.Fatalf("%v stands at index %d, where %v was taken", command, first+i, commands[i])
		}
	}
	if cfg.hasMovedOn(term) {
		return false
	}
	if used, most := requests(cfg)-before, (counted+1+3)*3; used > most {
		cfg.t.Fatalf("%d RPCs for %d commands; at most %d are fair", used, counted, most)
	}
	return true
}

// requests counts what all servers were asked.
func requests(cfg *config) int {
	sum := 0
	for i := 0; i < cfg.n; i++ {
		sum += cfg.net.Requests(i)
	}
	return sum
}

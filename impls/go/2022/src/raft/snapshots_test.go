package raft

import (
	"math/rand"
	"testing"
)

// The largest state that a server may save when its log is cut behind each snapshot.
const largestState = 2000

func TestSnapshotBasic2D(t *testing.T) {
	snapshots(makeConfig(t, "snapshots basic", 3, withSnapshots), nil, nil)
}

func TestSnapshotInstall2D(t *testing.T) {
	cfg := makeConfig(t, "install snapshots (disconnect)", 3, withSnapshots)
	snapshots(cfg, cfg.disconnect, cfg.connect)
}

func TestSnapshotInstallUnreliable2D(t *testing.T) {
	cfg := makeConfig(t, "install snapshots (disconnect+unreliable)", 3, withSnapshots, unreliable)
	snapshots(cfg, cfg.disconnect, cfg.connect)
}

func TestSnapshotInstallCrash2D(t *testing.T) {
	cfg := makeConfig(t, "install snapshots (crash)", 3, withSnapshots)
	snapshots(cfg, cfg.crash, cfg.restart)
}

func TestSnapshotInstallUnCrash2D(t *testing.T) {
	cfg := makeConfig(t, "install snapshots (unreliable+crash)", 3, withSnapshots, unreliable)
	snapshots(cfg, cfg.crash, cfg.restart)
}

// snapshots takes a server away, has so much committed meanwhile that it needs a snapshot, and brings it back.
func snapshots(cfg *config, away func(...int), back func(...int)) {
	defer cfg.cleanup()
	cfg.agree(random(), cfg.n, true)
	leader := cfg.oneLeader()
	expected := cfg.n
	if away != nil {
		expected--
	}
	for round := 0; round < 30; round++ {
		victim, sender := leader+1, leader
		if round%3 == 1 {
			victim, sender = leader, leader+1
		}
		if away != nil {
			away(victim)
			cfg.agree(random(), expected, true)
		}
		for i := 5 + rand.Intn(10); i > 0; i-- {
			cfg.server(sender).Start(random())
		}
		cfg.agree(random(), expected, true)
		cfg.checkSizes()
		if away != nil {
			back(victim)
			cfg.agree(random(), cfg.n, true)
			leader = cfg.oneLeader()
		}
	}
	cfg.end()
}

// checkSizes fails if a server has saved more than it may.
func (cfg *config) checkSizes() {
	cfg.t.Helper()
	cfg.mu.Lock()
	defer cfg.mu.Unlock()
	for i, persister := range cfg.persisters {
		if size := persister.RaftStateSize(); size >= largestState {
			cfg.t.Fatalf("server %d saved a state of %d bytes: its log is not cut; less than %d are fair", i, size, largestState)
		}
	}
}

func TestSnapshotAllCrash2D(t *testing.T) {
	cfg := makeConfig(t, "crash and restart all servers", 3, withSnapshots)
	defer cfg.cleanup()
	for round := 0; round < 5; round++ {
		for i := 5 + rand.Intn(10); i > 0; i-- {
			cfg.agree(random(), cfg.n, true)
		}
		before := cfg.agree(random(), cfg.n, true)
		restartAll(cfg)
		if after := cfg.agree(random(), cfg.n, true); after <= before {
			t.Fatalf("index %d was given after the restart, %d before it", after, before)
		}
	}
	cfg.end()
}

func TestSnapshotInit2D(t *testing.T) {
	cfg := makeConfig(t, "snapshot initialization after crash", 3, withSnapshots)
	defer cfg.cleanup()
	for i := 0; i < 12; i++ {
		cfg.agree(random(), cfg.n, true)
	}
	for restart := 0; restart < 2; restart++ { // a snapshot that is not read at the first is lost by the next save
		restartAll(cfg)
		cfg.agree(random(), cfg.n, true)
	}
	cfg.end()
}

func restartAll(cfg *config) {
	cfg.crash(cfg.all()...)
	cfg.restart(cfg.all()...)
}

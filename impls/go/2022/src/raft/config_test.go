package raft

import (
	"fmt"
	"math/rand"
	"sync"
	"testing"
	"time"

	"6.824/labrpc"
)

const longestTest = 120 * time.Second

// A config is a cluster under test: servers on a network that obeys the test, and above each a service that takes
// what it applies. Tests speak of servers by their numbers; a number beyond the last wraps around.
type config struct {
	t   *testing.T
	n   int
	net *labrpc.Network

	mu         sync.Mutex
	servers    []*Raft // nil: down
	ends       [][]*labrpc.ClientEnd
	connected  []bool
	persisters []*Persister
	services   []*service
	snapshots  bool                // whether the services take snapshots
	committed  map[int]interface{} // the command at each index, whoever applied it first
	highest    int                 // the last index that anybody applied
	breach     string              // what a service saw that must not be

	began time.Time
}

// makeConfig starts a cluster, all of it connected, and says which test begins.
func makeConfig(t *testing.T, title string, n int, options ...func(*config)) *config {
	cfg := &config{
		t: t, n: n, net: labrpc.NewNetwork(), began: time.Now(),
		servers: make([]*Raft, n), ends: make([][]*labrpc.ClientEnd, n), connected: make([]bool, n),
		persisters: make([]*Persister, n), services: make([]*service, n), committed: map[int]interface{}{},
	}
	for _, option := range options {
		option(cfg)
	}
	name := t.Name()
	fmt.Printf("Test (%s): %s ...\n", name[len(name)-2:], title)
	for i := 0; i < n; i++ {
		cfg.persisters[i] = MakePersister()
		cfg.start(i)
	}
	cfg.connect(cfg.all()...)
	return cfg
}

func unreliable(cfg *config) { cfg.net.SetUnreliable(true) }

func withSnapshots(cfg *config) { cfg.snapshots = true }

// cleanup ends every server.
func (cfg *config) cleanup() {
	for i := 0; i < cfg.n; i++ {
		if rf := cfg.server(i); rf != nil {
			rf.Kill()
		}
	}
}

// end says that a test has passed, and what it took.
func (cfg *config) end() {
	cfg.check()
	cfg.mu.Lock()
	defer cfg.mu.Unlock()
	if cfg.t.Failed() {
		return
	}
	seconds := time.Since(cfg.began).Seconds()
	fmt.Printf("  ... Passed --  %4.1f  %d %4d %7d %4d\n", seconds, cfg.n, cfg.net.Calls(), cfg.net.Bytes(), cfg.highest)
}

// check fails the test if a service has seen a breach, or time is up.
func (cfg *config) check() {
	cfg.t.Helper()
	cfg.mu.Lock()
	breach := cfg.breach
	cfg.mu.Unlock()
	if breach != "" {
		cfg.t.Fatal(breach)
	}
	if time.Since(cfg.began) > longestTest {
		cfg.t.Fatalf("the test took longer than %v", longestTest)
	}
}

func (cfg *config) all() []int {
	numbers := make([]int, cfg.n)
	for i := range numbers {
		numbers[i] = i
	}
	return numbers
}

// server returns a server; nil when it is down.
func (cfg *config) server(i int) *Raft {
	cfg.mu.Lock()
	defer cfg.mu.Unlock()
	return cfg.servers[i%cfg.n]
}

func (cfg *config) isConnected(i int) bool {
	cfg.mu.Lock()
	defer cfg.mu.Unlock()
	return cfg.connected[i%cfg.n]
}

// connect opens the ways between servers and all others that are connected.
func (cfg *config) connect(numbers ...int) {
	cfg.mu.Lock()
	defer cfg.mu.Unlock()
	for _, i := range numbers {
		cfg.connected[i%cfg.n] = true
		cfg.enable(i%cfg.n, true)
	}
}

// disconnect cuts servers off. They keep running.
func (cfg *config) disconnect(numbers ...int) {
	cfg.mu.Lock()
	defer cfg.mu.Unlock()
	for _, i := range numbers {
		cfg.connected[i%cfg.n] = false
		cfg.enable(i%cfg.n, false)
	}
}

func (cfg *config) enable(i int, enabled bool) {
	for j := 0; j < cfg.n; j++ {
		if enabled && !cfg.connected[j] {
			continue
		}
		for _, way := range [][2]int{{i, j}, {j, i}} {
			if ends := cfg.ends[way[0]]; ends != nil {
				cfg.net.Enable(ends[way[1]], enabled)
			}
		}
	}
}

// crash takes servers down. What they save from then on is lost.
func (cfg *config) crash(numbers ...int) {
	cfg.disconnect(numbers...)
	for _, i := range numbers {
		i %= cfg.n
		cfg.net.Remove(i)
		cfg.mu.Lock()
		cfg.persisters[i] = cfg.persisters[i].Copy()
		rf := cfg.servers[i]
		cfg.servers[i] = nil
		cfg.mu.Unlock()
		if rf != nil {
			rf.Kill()
		}
	}
}

// start starts servers from what they have saved, after a crash if they run. They are not connected.
func (cfg *config) start(numbers ...int) {
	for _, i := range numbers {
		i %= cfg.n
		cfg.crash(i)
		ends := make([]*labrpc.ClientEnd, cfg.n)
		for j := range ends {
			ends[j] = cfg.net.NewEnd(j)
		}
		cfg.mu.Lock()
		cfg.ends[i] = ends
		persister := cfg.persisters[i]
		above := newService(cfg, i, persister.ReadSnapshot())
		cfg.services[i] = above
		cfg.mu.Unlock()
		applyCh := make(chan ApplyMsg)
		go above.read(applyCh)
		rf := Make(ends, i, persister, applyCh)
		above.made <- rf
		cfg.mu.Lock()
		cfg.servers[i] = rf
		cfg.mu.Unlock()
		cfg.net.Serve(i, rf)
	}
}

// restart starts servers and connects them.
func (cfg *config) restart(numbers ...int) {
	cfg.start(numbers...)
	cfg.connect(numbers...)
}

func random() int { return rand.Int() }

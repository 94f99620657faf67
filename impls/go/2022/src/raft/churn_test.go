package raft

import (
	"math/rand"
	"sync"
	"testing"
	"time"
)

func TestReliableChurn2C(t *testing.T) { churn(makeConfig(t, "churn", 5)) }

func TestUnreliableChurn2C(t *testing.T) { churn(makeConfig(t, "unreliable churn", 5, unreliable)) }

const clients = 3

// churn lets servers come and go while clients offer commands. What a client has seen committed must be there at the end.
func churn(cfg *config) {
	defer cfg.cleanup()
	stop := make(chan struct{})
	acknowledged := make([][]int, clients)
	var group sync.WaitGroup
	for client := 0; client < clients; client++ {
		group.Add(1)
		go func(client int) {
			defer group.Done()
			acknowledged[client] = offer(cfg, client, stop)
		}(client)
	}
	for round := 0; round < 20; round++ {
		if rand.Intn(5) == 0 {
			cfg.disconnect(rand.Intn(cfg.n))
		}
		if i := rand.Intn(cfg.n); rand.Intn(2) == 0 {
			if cfg.server(i) == nil {
				cfg.start(i)
			}
			cfg.connect(i)
		}
		if i := rand.Intn(cfg.n); rand.Intn(5) == 0 && cfg.server(i) != nil {
			cfg.crash(i)
		}
		time.Sleep(electionTimeout * 7 / 10)
	}
	time.Sleep(electionTimeout)
	cfg.net.SetUnreliable(false)
	for i := 0; i < cfg.n; i++ {
		if cfg.server(i) == nil {
			cfg.start(i)
		}
		cfg.connect(i)
	}
	close(stop)
	group.Wait()
	time.Sleep(electionTimeout)

	last := cfg.agree(random(), cfg.n, true)
	found := map[interface{}]bool{}
	for index := 1; index <= last; index++ {
		command, _ := cfg.wait(index, cfg.n, -1)
		found[command] = true
	}
	for _, commands := range acknowledged {
		for _, command := range commands {
			if !found[command] {
				cfg.t.Fatalf("%d had been committed, and is gone", command)
			}
		}
	}
	cfg.end()
}

// offer is a client: it returns the commands that it has seen committed.
func offer(cfg *config, client int, stop <-chan struct{}) []int {
	var acknowledged []int
	for {
		select {
		case <-stop:
			return acknowledged
		default:
		}
		command, index := random(), -1
		for i := 0; i < cfg.n; i++ {
			if rf := cfg.server(i); rf != nil {
				if at, _, accepted := rf.Start(command); accepted {
					index = at
				}
			}
		}
		if index == -1 {
			time.Sleep(time.Duration(79+17*client) * time.Millisecond)
			continue
		}
		for _, pause := range []time.Duration{10, 20, 50, 100, 200} {
			if count, applied := cfg.commits(index); count > 0 {
				if applied == command {
					acknowledged = append(acknowledged, command)
				}
				break
			}
			time.Sleep(pause * time.Millisecond)
		}
	}
}

// Package tester is the lab's harness, as far as Raft sees it: what it keeps for a server over a crash.
//
// A harness puts a package of its own in this one's place.
package tester

import "sync"

// A Persister keeps a server's state and its service's snapshot.
type Persister struct {
	mu       sync.Mutex
	state    []byte
	snapshot []byte
}

// MakePersister returns one in which nothing has been saved.
func MakePersister() *Persister { return &Persister{} }

// Save replaces both, as one: a crash never comes in between.
func (p *Persister) Save(state []byte, snapshot []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state = append([]byte{}, state...)
	p.snapshot = append([]byte{}, snapshot...)
}

// ReadRaftState returns the state that was saved last; nothing at first.
func (p *Persister) ReadRaftState() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]byte{}, p.state...)
}

// ReadSnapshot returns the snapshot that was saved last; nothing at first.
func (p *Persister) ReadSnapshot() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]byte{}, p.snapshot...)
}

// RaftStateSize returns how many bytes the state has.
func (p *Persister) RaftStateSize() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.state)
}

// SnapshotSize returns how many bytes the snapshot has.
func (p *Persister) SnapshotSize() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.snapshot)
}

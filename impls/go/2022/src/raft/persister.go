package raft

import "sync"

// A Persister keeps what must survive a crash. The harness puts its own in this one's place.
type Persister struct {
	mu       sync.Mutex
	state    []byte
	snapshot []byte
}

// MakePersister returns one in which nothing has been saved.
func MakePersister() *Persister { return &Persister{} }

// Copy returns another with the same content: what is saved to one of them does not reach the other.
func (p *Persister) Copy() *Persister {
	return &Persister{state: p.ReadRaftState(), snapshot: p.ReadSnapshot()}
}

// SaveRaftState replaces the state, and leaves the snapshot as it is.
func (p *Persister) SaveRaftState(state []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state = append([]byte{}, state...)
}

// SaveStateAndSnapshot replaces both, as one: a crash never comes in between.
func (p *Persister) SaveStateAndSnapshot(state []byte, snapshot []byte) {
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

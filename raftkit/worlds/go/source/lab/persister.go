package RAFTKIT_PACKAGE

// A Persister stands in the place of the lab's: what is saved goes to the harness, and stays here to be read.
type Persister struct {
	state    []byte
	snapshot []byte
	saved    func(state []byte, snapshot []byte, both bool)
}

// MakePersister returns one that is of no server.
func MakePersister() *Persister {
	return RaftkitPersister(nil, nil, func([]byte, []byte, bool) {})
}

// RaftkitPersister returns one with what a server had saved before; saved is told of all that comes.
func RaftkitPersister(state []byte, snapshot []byte, saved func([]byte, []byte, bool)) *Persister {
	return &Persister{state, snapshot, saved}
}

func raftkitCopy(data []byte) []byte { return append([]byte{}, data...) }

// Copy returns another with the same content.
func (ps *Persister) Copy() *Persister {
	return RaftkitPersister(ps.state, ps.snapshot, func([]byte, []byte, bool) {})
}

// SaveRaftState replaces the state.
func (ps *Persister) SaveRaftState(state []byte) {
	ps.state = raftkitCopy(state)
	ps.saved(ps.state, nil, false)
}

// SaveStateAndSnapshot replaces both.
func (ps *Persister) SaveStateAndSnapshot(state []byte, snapshot []byte) {
	ps.state, ps.snapshot = raftkitCopy(state), raftkitCopy(snapshot)
	ps.saved(ps.state, ps.snapshot, true)
}

// Save replaces both, in the words of newer editions.
func (ps *Persister) Save(state []byte, snapshot []byte) { ps.SaveStateAndSnapshot(state, snapshot) }

// ReadRaftState returns what was saved last.
func (ps *Persister) ReadRaftState() []byte { return raftkitCopy(ps.state) }

// ReadSnapshot returns what was saved last.
func (ps *Persister) ReadSnapshot() []byte { return raftkitCopy(ps.snapshot) }

// RaftStateSize returns the size of the state in bytes.
func (ps *Persister) RaftStateSize() int { return len(ps.state) }

// SnapshotSize returns the size of the snapshot in bytes.
func (ps *Persister) SnapshotSize() int { return len(ps.snapshot) }

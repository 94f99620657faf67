// Package raftapi is what a service knows of Raft.
package raftapi

// Raft is one server of the cluster.
type Raft interface {
	// Start offers a command; it returns the index at which it will stand, the term, and whether this server leads.
	Start(command interface{}) (int, int, bool)
	// GetState returns the current term, and whether this server believes that it leads.
	GetState() (int, bool)
	// Snapshot says that the service has a snapshot of everything up to index.
	Snapshot(index int, snapshot []byte)
	// PersistBytes returns how many bytes of state are saved.
	PersistBytes() int
}

// An ApplyMsg carries a committed command, or a snapshot, to the service.
type ApplyMsg struct {
	CommandValid bool
	Command      interface{}
	CommandIndex int

	SnapshotValid bool
	Snapshot      []byte
	SnapshotTerm  int
	SnapshotIndex int
}

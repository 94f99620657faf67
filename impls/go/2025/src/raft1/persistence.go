package raft

import (
	"bytes"

	"6.5840/labgob"
)

// persist saves what Figure 2 calls persistent state, and the snapshot behind which the log begins. The caller holds
// the lock, and calls before it answers.
func (rf *Raft) persist() {
	rf.persister.Save(rf.encoded(), rf.snapshot)
}

// PersistBytes returns how many bytes of state are saved.
func (rf *Raft) PersistBytes() int {
	return rf.persister.RaftStateSize()
}

func (rf *Raft) encoded() []byte {
	w := new(bytes.Buffer)
	e := labgob.NewEncoder(w)
	for _, value := range []interface{}{rf.currentTerm, rf.votedFor, rf.log} {
		if err := e.Encode(value); err != nil {
			panic(err)
		}
	}
	return w.Bytes()
}

func (rf *Raft) readPersist(data []byte) {
	if len(data) == 0 {
		return // its first start
	}
	d := labgob.NewDecoder(bytes.NewBuffer(data))
	var log Log // gob leaves out zeros: decode into a fresh one
	for _, value := range []interface{}{&rf.currentTerm, &rf.votedFor, &log} {
		if err := d.Decode(value); err != nil {
			panic(err)
		}
	}
	rf.log = log
}

package raft

import "6.5840/raftapi"

// InstallSnapshotArgs, Figure 13, in one piece.
type InstallSnapshotArgs struct {
	Term              int
	LeaderId          int
	LastIncludedIndex int
	LastIncludedTerm  int
	Data              []byte
}

// InstallSnapshotReply, Figure 13.
type InstallSnapshotReply struct {
	Term int
}

// Snapshot takes the service's snapshot of everything up to index; the log before it is needed no more. Raft §7.
func (rf *Raft) Snapshot(index int, snapshot []byte) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if index <= rf.log.base() || index > rf.log.last() {
		return
	}
	rf.log.compact(index, rf.log.term(index))
	rf.snapshot = snapshot
	rf.persist()
}

// InstallSnapshot takes a snapshot from a leader whose log does not reach back far enough.
func (rf *Raft) InstallSnapshot(args *InstallSnapshotArgs, reply *InstallSnapshotReply) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	reply.Term = rf.currentTerm
	if args.Term < rf.currentTerm {
		return
	}
	isNewTerm := args.Term > rf.currentTerm
	rf.becomeFollower(args.Term)
	rf.postponeElection()
	reply.Term = rf.currentTerm
	if args.LastIncludedIndex <= rf.commitIndex {
		if isNewTerm {
			rf.persist()
		}
		return // the service has that already, or will be handed it entry by entry
	}
	if rf.follows(args.LastIncludedIndex, args.LastIncludedTerm) {
		rf.log.compact(args.LastIncludedIndex, args.LastIncludedTerm)
	} else {
		rf.log = Log{Base: args.LastIncludedIndex, Entries: []Entry{{Term: args.LastIncludedTerm}}}
	}
	rf.snapshot = args.Data
	rf.persist()
	rf.commitIndex = args.LastIncludedIndex
	rf.lastApplied = args.LastIncludedIndex
	rf.installed = &raftapi.ApplyMsg{
		SnapshotValid: true, Snapshot: args.Data,
		SnapshotTerm: args.LastIncludedTerm, SnapshotIndex: args.LastIncludedIndex,
	}
	rf.changed.Broadcast()
}

// follows says whether the log holds the snapshot's last entry: then what is behind it stays.
func (rf *Raft) follows(index int, term int) bool {
	return index <= rf.log.last() && rf.log.term(index) == term
}

func (rf *Raft) snapshotArgs() InstallSnapshotArgs {
	return InstallSnapshotArgs{
		Term:              rf.currentTerm,
		LeaderId:          rf.me,
		LastIncludedIndex: rf.log.base(),
		LastIncludedTerm:  rf.log.term(rf.log.base()),
		Data:              rf.snapshot,
	}
}

func (rf *Raft) sendSnapshot(peer int, args InstallSnapshotArgs) {
	reply := InstallSnapshotReply{}
	isAnswered := rf.peers[peer].Call("Raft.InstallSnapshot", &args, &reply)
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if !rf.isAnswerTo(args.Term, reply.Term) {
		return
	}
	rf.underWay[peer] = false
	if isAnswered {
		rf.matches(peer, args.LastIncludedIndex)
	}
}

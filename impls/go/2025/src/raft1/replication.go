package raft

// AppendEntriesArgs, Figure 2; without entries it is a heartbeat.
type AppendEntriesArgs struct {
	Term         int
	LeaderId     int
	PrevLogIndex int
	PrevLogTerm  int
	Entries      []Entry
	LeaderCommit int
}

// AppendEntriesReply, Figure 2, and where a leader that was refused should go on: the index of the first entry of
// the term that stood in the way, or the one behind the log. Raft §5.3, its last part.
type AppendEntriesReply struct {
	Term          int
	Success       bool
	ConflictTerm  int
	ConflictIndex int
}

// AppendEntries takes entries from a leader. Raft §5.3.
func (rf *Raft) AppendEntries(args *AppendEntriesArgs, reply *AppendEntriesReply) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	reply.Term = rf.currentTerm
	if args.Term < rf.currentTerm {
		return
	}
	if args.Term > rf.currentTerm {
		defer rf.persist()
	}
	rf.becomeFollower(args.Term)
	rf.postponeElection()
	reply.Term = rf.currentTerm

	if args.PrevLogIndex > rf.log.last() {
		reply.ConflictTerm, reply.ConflictIndex = -1, rf.log.last()+1
		return
	}
	if args.PrevLogIndex < rf.log.base() {
		// A message that was long on its way: the snapshot holds all that it could say before its base.
		reply.ConflictTerm, reply.ConflictIndex = -1, rf.log.base()+1
		return
	}
	if term := rf.log.term(args.PrevLogIndex); term != args.PrevLogTerm {
		reply.ConflictTerm, reply.ConflictIndex = term, args.PrevLogIndex
		for reply.ConflictIndex > rf.log.base()+1 && rf.log.term(reply.ConflictIndex-1) == term {
			reply.ConflictIndex--
		}
		return
	}

	for offset, entry := range args.Entries {
		index := args.PrevLogIndex + 1 + offset
		if index <= rf.log.last() && rf.log.term(index) == entry.Term {
			continue // Figure 2: what is there already stays, and so does what follows it
		}
		if index <= rf.log.last() {
			rf.log.truncate(index)
		}
		rf.log.append(args.Entries[offset:]...)
		rf.persist()
		break
	}
	reply.Success = true
	if newest := args.PrevLogIndex + len(args.Entries); args.LeaderCommit > rf.commitIndex {
		rf.commitUpTo(min(args.LeaderCommit, newest))
	}
}

func (rf *Raft) commitUpTo(index int) {
	if index > rf.commitIndex {
		rf.commitIndex = index
		rf.changed.Broadcast()
	}
}

// replicateToAll sends every peer what it lacks, or a heartbeat. The caller holds the lock.
func (rf *Raft) replicateToAll() {
	for peer := range rf.peers {
		if peer != rf.me {
			rf.replicate(peer)
		}
	}
}

// replicateNew sends what is new to every peer for which nothing is under way: the others are sent it when they have
// answered, together with what comes until then. The caller holds the lock.
func (rf *Raft) replicateNew() {
	for peer := range rf.peers {
		if peer != rf.me && !rf.underWay[peer] {
			rf.replicate(peer)
		}
	}
}

func (rf *Raft) replicate(peer int) {
	rf.underWay[peer] = true
	if rf.nextIndex[peer] <= rf.log.base() {
		go rf.sendSnapshot(peer, rf.snapshotArgs())
	} else {
		go rf.sendEntries(peer, rf.entriesArgs(peer))
	}
}

func (rf *Raft) entriesArgs(peer int) AppendEntriesArgs {
	prev := rf.nextIndex[peer] - 1
	return AppendEntriesArgs{
		Term:         rf.currentTerm,
		LeaderId:     rf.me,
		PrevLogIndex: prev,
		PrevLogTerm:  rf.log.term(prev),
		Entries:      rf.log.between(prev+1, min(prev+maxEntries, rf.log.last())),
		LeaderCommit: rf.commitIndex,
	}
}

func (rf *Raft) sendEntries(peer int, args AppendEntriesArgs) {
	reply := AppendEntriesReply{}
	isAnswered := rf.peers[peer].Call("Raft.AppendEntries", &args, &reply)
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if !rf.isAnswerTo(args.Term, reply.Term) {
		return
	}
	isAwaited := args.PrevLogIndex == rf.nextIndex[peer]-1 // otherwise the answer to an older question
	if reply.Success {
		rf.matches(peer, args.PrevLogIndex+len(args.Entries))
	} else if isAnswered && isAwaited {
		rf.nextIndex[peer] = max(rf.matchIndex[peer]+1, rf.nextAfterConflict(reply))
	}
	if isAwaited {
		rf.underWay[peer] = false
	}
	if isAwaited && isAnswered && rf.nextIndex[peer] <= rf.log.last() {
		rf.replicate(peer)
	}
}

// isAnswerTo says whether a reply still means something: this server leads in the term in which it asked.
func (rf *Raft) isAnswerTo(asked int, replied int) bool {
	if replied > rf.currentTerm {
		rf.becomeFollower(replied)
		rf.persist()
	}
	return rf.role == leader && rf.currentTerm == asked
}

// nextAfterConflict finds where a follower's log may agree: behind our last entry of its conflicting term.
func (rf *Raft) nextAfterConflict(reply AppendEntriesReply) int {
	if reply.ConflictTerm >= 0 {
		for index := rf.log.last(); index > rf.log.base(); index-- {
			if rf.log.term(index) == reply.ConflictTerm {
				return index + 1
			}
		}
	}
	return max(1, reply.ConflictIndex)
}

// matches notes that a peer's log agrees with ours up to index, and commits what a majority has.
func (rf *Raft) matches(peer int, index int) {
	if index <= rf.matchIndex[peer] {
		return
	}
	rf.matchIndex[peer] = index
	rf.nextIndex[peer] = max(rf.nextIndex[peer], index+1)
	// Raft §5.4.2, Figure 8: only entries of the leader's own term are committed by counting.
	for n := index; n > rf.commitIndex && rf.log.term(n) == rf.currentTerm; n-- {
		count := 1
		for other := range rf.peers {
			if other != rf.me && rf.matchIndex[other] >= n {
				count++
			}
		}
		if rf.isMajority(count) {
			rf.commitUpTo(n)
			return
		}
	}
}

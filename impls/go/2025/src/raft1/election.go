package raft

// RequestVoteArgs, Figure 2.
type RequestVoteArgs struct {
	Term         int
	CandidateId  int
	LastLogIndex int
	LastLogTerm  int
}

// RequestVoteReply, Figure 2.
type RequestVoteReply struct {
	Term        int
	VoteGranted bool
}

// RequestVote answers a candidate. Raft §5.2, and §5.4.1 for what makes a log complete enough.
func (rf *Raft) RequestVote(args *RequestVoteArgs, reply *RequestVoteReply) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if args.Term > rf.currentTerm {
		rf.becomeFollower(args.Term)
		rf.persist()
	}
	reply.Term = rf.currentTerm
	if args.Term < rf.currentTerm || (rf.votedFor != -1 && rf.votedFor != args.CandidateId) {
		return
	}
	if !rf.isUpToDate(args.LastLogIndex, args.LastLogTerm) {
		return
	}
	rf.votedFor = args.CandidateId
	rf.persist() // before the vote is given: it must be remembered over a crash
	rf.postponeElection()
	reply.VoteGranted = true
}

func (rf *Raft) isUpToDate(index int, term int) bool {
	last := rf.log.last()
	if own := rf.log.term(last); term != own {
		return term > own
	}
	return index >= last
}

// startElection stands for a new term. The caller holds the lock.
func (rf *Raft) startElection() {
	rf.role = candidate
	rf.currentTerm++
	rf.votedFor = rf.me
	rf.persist()
	rf.postponeElection()
	last := rf.log.last()
	args := RequestVoteArgs{
		Term: rf.currentTerm, CandidateId: rf.me, LastLogIndex: last, LastLogTerm: rf.log.term(last),
	}
	votes := 1
	for peer := range rf.peers {
		if peer != rf.me {
			go rf.askForVote(peer, args, &votes)
		}
	}
}

// askForVote asks one peer, and counts its vote. Votes of an election that is over count no more.
func (rf *Raft) askForVote(peer int, args RequestVoteArgs, votes *int) {
	reply := RequestVoteReply{}
	if !rf.peers[peer].Call("Raft.RequestVote", &args, &reply) {
		return
	}
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if reply.Term > rf.currentTerm {
		rf.becomeFollower(reply.Term)
		rf.persist()
		return
	}
	if rf.role != candidate || rf.currentTerm != args.Term || !reply.VoteGranted {
		return
	}
	*votes++
	if rf.isMajority(*votes) {
		rf.lead()
	}
}

// lead begins a reign. The caller holds the lock.
func (rf *Raft) lead() {
	rf.role = leader
	rf.nextIndex = make([]int, len(rf.peers))
	rf.matchIndex = make([]int, len(rf.peers))
	rf.underWay = make([]bool, len(rf.peers))
	for peer := range rf.peers {
		rf.nextIndex[peer] = rf.log.last() + 1
	}
	rf.replicateToAll()
}

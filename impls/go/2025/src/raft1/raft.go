// Package raft is a complete Raft for lab 3 of MIT 6.5840 in its shape of 2025: Figure 2, persistence, fast backup,
// snapshots. It is written to be read beside the paper; figures and sections are those of its extended version.
//
// The state of a server is guarded by one mutex. It is never held over an RPC, nor while a message is handed to the
// service, because either may take long, and the service may call Snapshot before it takes the message.
package raft

import (
	"math/rand"
	"sync"
	"sync/atomic"
	"time"

	"6.5840/labrpc"
	"6.5840/raftapi"
	tester "6.5840/tester1"
)

const (
	heartbeatInterval  = 100 * time.Millisecond
	electionTimeoutMin = 300 * time.Millisecond
	electionTimeoutMax = 600 * time.Millisecond
	// How often the ticker looks at the clock.
	tick = 10 * time.Millisecond
	// A message carries no more entries than this; a peer that lacks many is sent the next when it has answered.
	maxEntries = 100
)

type role int

const (
	follower role = iota
	candidate
	leader
)

// A Raft is one server of the cluster.
type Raft struct {
	mu        sync.Mutex
	changed   *sync.Cond // signalled when there is something to apply, and at the end
	peers     []*labrpc.ClientEnd
	persister *tester.Persister
	me        int
	dead      int32

	// Persistent state, Figure 2; the log begins with the snapshot's last entry.
	currentTerm int
	votedFor    int // -1: nobody
	log         Log

	// Volatile state.
	role        role
	commitIndex int
	lastApplied int
	deadline    time.Time // an election starts then
	snapshot    []byte
	installed   *raftapi.ApplyMsg // a snapshot that the service must be handed first

	// Volatile state of a leader, made anew at each election.
	nextIndex  []int
	matchIndex []int
	underWay   []bool // entries or a snapshot, and no answer yet
}

// Make starts a server from what its persister holds, and returns at once.
func Make(
	peers []*labrpc.ClientEnd, me int, persister *tester.Persister, applyCh chan raftapi.ApplyMsg,
) raftapi.Raft {
	rf := &Raft{peers: peers, persister: persister, me: me, votedFor: -1, log: emptyLog()}
	rf.changed = sync.NewCond(&rf.mu)
	rf.readPersist(persister.ReadRaftState())
	rf.snapshot = persister.ReadSnapshot()
	rf.commitIndex = rf.log.base()
	rf.lastApplied = rf.log.base()
	rf.postponeElection()
	go rf.ticker()
	go rf.applier(applyCh)
	return rf
}

// GetState returns the current term, and whether this server believes that it leads.
func (rf *Raft) GetState() (int, bool) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	return rf.currentTerm, rf.role == leader
}

// Start offers a command. It returns the index at which the command will stand if it is ever committed, the
// term, and whether this server leads; it waits for nobody.
func (rf *Raft) Start(command interface{}) (int, int, bool) {
	rf.mu.Lock()
	defer rf.mu.Unlock()
	if rf.role != leader || rf.killed() {
		return -1, rf.currentTerm, false
	}
	rf.log.append(Entry{Term: rf.currentTerm, Command: command})
	rf.persist()
	rf.replicateNew()
	return rf.log.last(), rf.currentTerm, true
}

// Kill tells the server that it is wanted no more; its goroutines end by themselves.
func (rf *Raft) Kill() {
	atomic.StoreInt32(&rf.dead, 1)
	rf.changed.Broadcast()
}

func (rf *Raft) killed() bool {
	return atomic.LoadInt32(&rf.dead) == 1
}

// ticker starts elections and sends heartbeats.
func (rf *Raft) ticker() {
	sent := time.Time{}
	for !rf.killed() {
		rf.mu.Lock()
		now := time.Now()
		if rf.role == leader && now.Sub(sent) >= heartbeatInterval {
			sent = now
			rf.replicateToAll()
		} else if rf.role != leader && now.After(rf.deadline) {
			rf.startElection()
			sent = time.Time{} // whoever wins says so at once
		}
		rf.mu.Unlock()
		time.Sleep(tick)
	}
}

// applier hands committed entries to the service, in order and without the lock.
func (rf *Raft) applier(applyCh chan raftapi.ApplyMsg) {
	for {
		rf.mu.Lock()
		for rf.installed == nil && rf.lastApplied >= rf.commitIndex && !rf.killed() {
			rf.changed.Wait()
		}
		if rf.killed() {
			rf.mu.Unlock()
			return
		}
		var messages []raftapi.ApplyMsg
		if rf.installed != nil {
			messages = append(messages, *rf.installed)
			rf.installed = nil
		} else {
			for index := rf.lastApplied + 1; index <= rf.commitIndex; index++ {
				command := rf.log.at(index).Command
				messages = append(messages, raftapi.ApplyMsg{CommandValid: true, Command: command, CommandIndex: index})
			}
			rf.lastApplied = rf.commitIndex
		}
		rf.mu.Unlock()
		for _, message := range messages {
			applyCh <- message
		}
	}
}

// become makes the server a follower of a term that may be new. The caller persists. Figure 2, rules for all servers.
func (rf *Raft) becomeFollower(term int) {
	if term > rf.currentTerm {
		rf.currentTerm = term
		rf.votedFor = -1
	}
	rf.role = follower
}

func (rf *Raft) postponeElection() {
	spread := int64(electionTimeoutMax - electionTimeoutMin)
	rf.deadline = time.Now().Add(electionTimeoutMin + time.Duration(rand.Int63n(spread)))
}

func (rf *Raft) isMajority(count int) bool {
	return count > len(rf.peers)/2
}

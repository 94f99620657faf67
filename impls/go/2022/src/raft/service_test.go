package raft

import (
	"bytes"
	"fmt"

	"6.824/labgob"
)

// Every so many entries a service takes a snapshot.
const snapshotEvery = 10

// A service stands above one instance of a server: it takes what is applied, one message at a time, and watches that
// it is what everybody applies, in order.
type service struct {
	cfg      *config
	server   int
	made     chan *Raft
	rf       *Raft
	commands []interface{} // by their indexes; the first stands for nothing. Guarded by the config's lock.
}

func newService(cfg *config, server int, snapshot []byte) *service {
	s := &service{cfg: cfg, server: server, made: make(chan *Raft, 1), commands: []interface{}{nil}}
	if len(snapshot) > 0 {
		s.restore(snapshot, -1)
	}
	return s
}

// read takes messages until the server closes the channel, which it need not do.
func (s *service) read(applyCh chan ApplyMsg) {
	for message := range applyCh {
		s.cfg.mu.Lock()
		switch {
		case message.SnapshotValid:
			s.restore(message.Snapshot, message.SnapshotIndex)
		case message.CommandValid:
			s.apply(message.CommandIndex, message.Command)
		}
		wantsSnapshot := message.CommandValid && s.cfg.snapshots && (message.CommandIndex+1)%snapshotEvery == 0
		s.cfg.mu.Unlock()
		if wantsSnapshot {
			s.snapshot(message.CommandIndex)
		}
	}
}

func (s *service) apply(index int, command interface{}) {
	if index != len(s.commands) {
		s.breaks("applied index %d after %d", index, len(s.commands)-1)
		return
	}
	s.commands = append(s.commands, command)
	s.agrees(index, command)
}

// agrees notes a command that was applied: at one index there is only ever one.
func (s *service) agrees(index int, command interface{}) {
	other, ok := s.cfg.committed[index]
	if !ok {
		s.cfg.committed[index] = command
	} else if other != command {
		s.breaks("applied %v at index %d, where %v had been applied", command, index, other)
	}
	if index > s.cfg.highest {
		s.cfg.highest = index
	}
}

// snapshot hands the server all that was applied. The channel is not read meanwhile.
func (s *service) snapshot(index int) {
	if s.rf == nil {
		s.rf = <-s.made
	}
	s.cfg.mu.Lock()
	data := new(bytes.Buffer)
	e := labgob.NewEncoder(data)
	err := e.Encode(index)
	if err == nil {
		err = e.Encode(s.commands[1:])
	}
	s.cfg.mu.Unlock()
	if err != nil {
		panic(err)
	}
	s.rf.Snapshot(index, data.Bytes())
}

// restore replaces what was applied by what a snapshot holds; index is where its message says that it ends, or -1.
func (s *service) restore(snapshot []byte, index int) {
	d := labgob.NewDecoder(bytes.NewBuffer(snapshot))
	var last int
	var commands []interface{}
	if d.Decode(&last) != nil || d.Decode(&commands) != nil || last != len(commands) {
		s.breaks("got a snapshot that no service has taken")
		return
	}
	if index >= 0 && index != last {
		s.breaks("got a snapshot up to index %d, and the message says %d", last, index)
		return
	}
	s.commands = append([]interface{}{nil}, commands...)
	for at, command := range commands {
		s.agrees(at+1, command)
	}
}

// breaks fails the test, as soon as it looks.
func (s *service) breaks(format string, values ...interface{}) {
	if s.cfg.breach == "" {
		s.cfg.breach = fmt.Sprintf("server %d ", s.server) + fmt.Sprintf(format, values...)
	}
}

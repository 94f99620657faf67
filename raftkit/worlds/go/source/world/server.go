package main

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"unsafe"

	// Two or three of these are one package: editions differ in where they keep what.
	labrpc "RAFTKIT_LABRPC"
	messages "RAFTKIT_MESSAGES"
	disk "RAFTKIT_PERSISTER"
	raft "RAFTKIT_RAFT"
)

// A lab is what Make returns. Kill, Snapshot and CondInstallSnapshot are asked for where they are called.
type lab interface {
	Start(command interface{}) (index int, term int, leads bool)
	GetState() (term int, leads bool)
}

func init() { gob.Register(command("")) }

// A server is one incarnation. Its goroutines cannot be ended: after a crash they live on behind cut ends, and what
// they still say is heard by nobody.
type server struct {
	number      int64 // first: the runtime reads it from a goroutine's label
	incarnation int64
	world       *world
	cut         atomic.Bool
	rf          lab // once it is made
	made        chan struct{}
	taken       chan struct{}
	snapshots   atomic.Int32  // calls of Snapshot that have not returned
	returned    chan struct{} // one of them has
	savesLeft   atomic.Int64  // until one fails; below 0 none does
}

// A question is what the harness wants of a server, in a goroutine of its own.
type question struct {
	name    string
	askedAt int64
}

func (s *server) spawn(name string, f func()) {
	q := question{name, now()}
	go func() {
		runtime.RaftkitSetLabel(unsafe.Pointer(s))
		w, goid := s.world, runtime.RaftkitGoid()
		w.locked(func() { w.asked[goid] = q })
		f()
		w.locked(func() { delete(w.asked, goid) })
	}()
}

func (s *server) isMade() bool {
	select {
	case <-s.made:
		return true
	default:
		return false
	}
}

func (s *server) emit(kind string, fields ...field) {
	if !s.cut.Load() {
		s.world.emit(kind, fields...)
	}
}

func (s *server) from() []field {
	return []field{{"server", s.number}, {"incarnation", s.incarnation}}
}

// take does what the harness wants.
func (w *world) take(m map[string]interface{}) {
	if m["type"] == "CreateServer" {
		w.create(m)
		return
	}
	if m["type"] == "DeliverReply" {
		w.answered(m["call"].(int64), m["reply"])
		return
	}
	number, ok := m["server"]
	if !ok {
		number = m["target"]
	}
	s := w.servers[int(number.(int64))]
	if s == nil {
		return
	}
	switch m["type"] {
	case "KillServer":
		s.cut.Store(true)
		w.locked(func() { delete(w.servers, int(s.number)) })
		if s.isMade() {
			if killed, ok := s.rf.(interface{ Kill() }); ok {
				s.spawn("Kill", killed.Kill)
			}
		}
	case "Start":
		offered := commandOf(m["command"].([]byte))
		s.ask("Start", m["call"].(int64), func() raw {
			index, term, leads := s.rf.Start(offered)
			p := packer{}
			p.array(3)
			p.integer(int64(index))
			p.integer(int64(term))
			p.flag(leads)
			return raw(p)
		})
	case "GetState":
		s.ask("GetState", m["call"].(int64), func() raw {
			term, leads := s.rf.GetState()
			p := packer{}
			p.array(2)
			p.integer(int64(term))
			p.flag(leads)
			return raw(p)
		})
	case "Snapshot":
		s.snapshot(m["call"].(int64), int(m["index"].(int64)), m["snapshot"].([]byte))
	case "FailSave":
		s.savesLeft.Store(m["after"].(int64))
	case "DeliverRequest":
		s.handle(m["call"].(int64), m["source"].(int64), m["method"].(string), m["args"].([]byte))
	case "TakeApply":
		s.taken <- struct{}{}
	}
}

// create starts a server: its service first, because Make may already send to it.
func (w *world) create(m map[string]interface{}) {
	s := &server{
		number: m["server"].(int64), incarnation: m["incarnation"].(int64), world: w,
		made: make(chan struct{}), taken: make(chan struct{}, 1), returned: make(chan struct{}, 1),
	}
	s.savesLeft.Store(-1)
	w.locked(func() { w.servers[int(s.number)] = s })
	ends := make([]*labrpc.ClientEnd, m["servers"].(int64))
	for target := range ends {
		target := target
		ends[target] = labrpc.RaftkitEnd(func(method string, args interface{}, reply interface{}) bool {
			return s.call(target, method, args, reply)
		})
	}
	persister := disk.RaftkitPersister(m["state"].([]byte), m["snapshot"].([]byte), s.saved)
	applyCh := make(chan messages.ApplyMsg)
	go s.serve(applyCh)
	s.spawn("Make", func() {
		s.rf = raft.Make(ends, int(s.number), persister, applyCh)
		close(s.made)
		s.answer(m["call"].(int64), raw{0xc0})
	})
}

func (s *server) ask(name string, call int64, f func() raw) {
	s.spawn(name, func() {
		<-s.made
		s.answer(call, f())
	})
}

func (s *server) answer(call int64, value raw) {
	s.emit("Answer", field{"call", call}, field{"server", s.number}, field{"value", []byte(value)})
}

func (s *server) saved(state []byte, snapshot []byte, both bool) {
	if s.savesLeft.Load() >= 0 && s.savesLeft.Add(-1) < 0 {
		s.loseDisk()
	}
	var kept interface{}
	if both {
		kept = snapshot
	}
	s.emit("Persisted", append(s.from(), field{"state", state}, field{"snapshot", kept})...)
}

// loseDisk lets a save fail. A lab's persister cannot say so: the server goes down, as if the save had panicked.
func (s *server) loseDisk() {
	s.emit("SaveFailed", s.from()...)
	s.emit("ServerRaised", append(s.from(),
		field{"verdict", "crashed"}, field{"kind", "DiskError"}, field{"summary", "a save has failed"},
		field{"place", ""}, field{"details", ""}, field{"by_disk", true})...)
	s.cut.Store(true)
	select {}
}

// -- RPCs --

// call asks another server. A server that was crashed waits for ever.
func (s *server) call(target int, method string, args interface{}, reply interface{}) bool {
	runtime.RaftkitSetLabel(unsafe.Pointer(s))
	if s.cut.Load() {
		select {}
	}
	var data bytes.Buffer
	if err := gob.NewEncoder(&data).Encode(args); err != nil {
		panic(fmt.Sprintf("the arguments of %s cannot be sent: %v", method, err))
	}
	w, shown, answer := s.world, view(args), make(chan []byte, 1)
	w.locked(func() { // calls are heard of in the order of their numbers
		w.call++
		w.calls[w.call] = answer
		w.say("RpcRequest",
			field{"call", w.call}, field{"source", s.number}, field{"incarnation", s.incarnation},
			field{"target", target}, field{"method", method[strings.LastIndex(method, ".")+1:]},
			field{"args", data.Bytes()}, field{"view", shown})
	})
	replied := <-answer
	if s.cut.Load() {
		select {}
	}
	if replied == nil {
		return false
	}
	if err := gob.NewDecoder(bytes.NewReader(replied)).Decode(reply); err != nil {
		panic(fmt.Sprintf("the reply of %s cannot be read into a %T: %v", method, reply, err))
	}
	return true
}

func (w *world) answered(call int64, reply interface{}) {
	data, _ := reply.([]byte)
	w.locked(func() {
		w.calls[call] <- data // there is room for one
		delete(w.calls, call)
	})
}

// handle runs the handler of a request, as the lab's network does: a method with two arguments, the second a pointer.
func (s *server) handle(call int64, source int64, method string, args []byte) {
	s.spawn(fmt.Sprintf("%s from server %d", method, source), func() {
		<-s.made
		handler := reflect.ValueOf(s.rf).MethodByName(method)
		if !handler.IsValid() || handler.Type().NumIn() != 2 || handler.Type().In(1).Kind() != reflect.Ptr {
			s.outOfShape("there is no handler "+method, "func (rf *Raft) "+method+"(args *Args, reply *Reply)")
			return
		}
		wanted := handler.Type().In(0)
		isPointer := wanted.Kind() == reflect.Ptr
		if isPointer {
			wanted = wanted.Elem()
		}
		value := reflect.New(wanted)
		if err := gob.NewDecoder(bytes.NewReader(args)).DecodeValue(value); err != nil {
			panic(fmt.Sprintf("the arguments of %s cannot be read into a %v: %v", method, wanted, err))
		}
		if !isPointer {
			value = value.Elem()
		}
		reply := reflect.New(handler.Type().In(1).Elem())
		handler.Call([]reflect.Value{value, reply})
		var data bytes.Buffer
		if err := gob.NewEncoder(&data).EncodeValue(reply); err != nil {
			panic(fmt.Sprintf("the reply of %s cannot be sent: %v", method, err))
		}
		fields := append([]field{{"call", call}}, s.from()...)
		s.emit("RpcReply", append(fields, field{"reply", data.Bytes()}, field{"view", view(reply.Interface())})...)
	})
}

func (s *server) outOfShape(found string, wanted string) {
	s.raised("failed", "ContractBroken", fmt.Sprintf("server %d: %s", s.number, found), "", "", wanted, "see docs/go.md")
}

func (s *server) raised(verdict, kind, summary, place, details, expected, advice string) {
	s.emit("ServerRaised", append(s.from(),
		field{"verdict", verdict}, field{"kind", kind}, field{"summary", clip(summary)}, field{"place", clip(place)},
		field{"details", clip(details)}, field{"expected", clip(expected)}, field{"advice", advice})...)
}

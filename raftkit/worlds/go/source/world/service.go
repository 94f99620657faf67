package main

import (
	"reflect"
	"runtime"
	"unsafe"

	messages "RAFTKIT_MESSAGES"
)

// serve takes what a server applies, one message at a time: the next when the harness's service has taken this one,
// and has returned from the Snapshot that it calls in between.
func (s *server) serve(applyCh chan messages.ApplyMsg) {
	runtime.RaftkitSetLabel(unsafe.Pointer(s))
	for message := range applyCh {
		if s.cut.Load() {
			select {}
		}
		s.apply(reflect.ValueOf(message))
		<-s.taken
		for s.snapshots.Load() > 0 {
			<-s.returned
		}
	}
}

// apply hands on a message. Its fields are found by their names: older editions have fewer, students add others.
func (s *server) apply(message reflect.Value) {
	if flagOf(message, "CommandValid") {
		s.emit("ApplyMessage", append(s.from(),
			field{"index", numberOf(message, "CommandIndex")}, field{"command", view(fieldOf(message, "Command"))})...)
		return
	}
	if !flagOf(message, "SnapshotValid") {
		s.taken <- struct{}{} // neither one nor the other: the lab's service ignores it
		return
	}
	data, _ := fieldOf(message, "Snapshot").([]byte)
	term, index := numberOf(message, "SnapshotTerm"), numberOf(message, "SnapshotIndex")
	if s.isMade() {
		asks, ok := s.rf.(interface {
			CondInstallSnapshot(term int, index int, snapshot []byte) bool
		})
		if ok && !asks.CondInstallSnapshot(int(term), int(index), data) {
			s.taken <- struct{}{}
			return
		}
	}
	s.emit("ApplyMessage", append(s.from(),
		field{"index", index}, field{"snapshot", append([]byte{}, data...)}, field{"term", term})...)
}

func (s *server) snapshot(call int64, index int, data []byte) {
	taker, ok := s.rf.(interface{ Snapshot(int, []byte) })
	if !ok {
		s.outOfShape("there is no method Snapshot", "func (rf *Raft) Snapshot(index int, snapshot []byte)")
		return
	}
	s.snapshots.Add(1)
	s.ask("Snapshot", call, func() raw {
		taker.Snapshot(index, data)
		s.snapshots.Add(-1)
		select {
		case s.returned <- struct{}{}:
		default:
		}
		return raw{0xc0}
	})
}

func fieldOf(message reflect.Value, name string) interface{} {
	if v := message.FieldByName(name); v.IsValid() && v.CanInterface() {
		return v.Interface()
	}
	return nil
}

func flagOf(message reflect.Value, name string) bool {
	value, _ := fieldOf(message, name).(bool)
	return value
}

func numberOf(message reflect.Value, name string) int64 {
	if v := message.FieldByName(name); v.IsValid() && v.CanInt() {
		return v.Int()
	}
	return 0
}

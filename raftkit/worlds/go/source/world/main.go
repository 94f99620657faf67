// The world of a Go lab: all servers of a cluster in one process, driven in lockstep over a pipe.
//
// Time is the runtime's own fake time. The driver is the main goroutine: it takes a frame, sets the clock, hands out
// the messages, and sleeps until the moment that it was given, or until a server has something to say. It never runs
// while a server's goroutine can: one processor, no preemption, and a sleep of one nanosecond, which ends when every
// other goroutine waits. By the real clock (clock_real.go) it does the same, and goroutines run beside it.
package main

import (
	"runtime"
	"sync"
	"syscall"
	"time"
)

// The frames that a long silence is cut into, so that the judge sees the world move.
const beat = time.Second

type world struct {
	spoke   chan struct{}
	until   int64
	mu      sync.Mutex // of all that follows
	outputs packer     // what has been said since the last stop
	count   int
	frame   packer // what was sent at the last stop; these two keep their memory
	servers map[int]*server
	calls   map[int64]chan []byte
	call    int64
	asked   map[uint64]question
}

func main() {
	w := &world{
		spoke:   make(chan struct{}, 1),
		servers: map[int]*server{},
		calls:   map[int64]chan []byte{},
		asked:   map[uint64]question{},
	}
	syscall.RaftkitPrint = w.print
	runtime.RaftkitOnExit(w.exits)
	for {
		frame := receive()
		if frame == nil {
			leave()
		}
		if frame["type"] == "Look" {
			send(w.look())
			continue
		}
		w.run(frame["from_ns"].(int64), frame["until_ns"].(int64), frame["inbox"].([]interface{}))
	}
}

// run lets the servers run up to a moment, or to their first output.
func (w *world) run(from int64, until int64, inbox []interface{}) {
	w.until = until
	setNow(from)
	for _, each := range inbox {
		w.take(each.(map[string]interface{}))
	}
	settle()
	for !w.hasSpoken() && now() < until {
		w.wait(min(time.Duration(until-now()), beat))
		settle()
		if !w.hasSpoken() && now() < until {
			p := packer{}
			p.message("Beat")
			send(p)
		}
	}
	collect()
	send(w.stopped())
}

func (w *world) locked(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}

func (w *world) hasSpoken() (has bool) {
	w.locked(func() { has = w.count > 0 })
	return has
}

// wait sleeps, or is woken by an output.
func (w *world) wait(most time.Duration) {
	select {
	case <-w.spoke:
	default:
	}
	if w.hasSpoken() {
		return
	}
	alarm := time.AfterFunc(most, w.wake)
	<-w.spoke
	alarm.Stop()
}

func (w *world) wake() {
	select {
	case w.spoke <- struct{}{}:
	default:
	}
}

func (w *world) emit(kind string, fields ...field) { w.locked(func() { w.say(kind, fields...) }) }

// say is for whoever holds the lock.
func (w *world) say(kind string, fields ...field) {
	w.outputs.message(kind, fields...)
	w.count++
	w.wake()
}

func (w *world) stopped() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	at := min(now(), w.until)
	next := max(nextMoment(), at)
	w.frame = w.frame[:0]
	w.frame.message("Stopped", field{"now_ns", at}, field{"next_ns", next}, field{"outputs", list{w.count, w.outputs}})
	w.outputs, w.count = w.outputs[:0], 0
	return w.frame
}

// The world of a Go lab: all servers of a cluster in one process, driven in lockstep over a pipe.
//
// Time is the runtime's own fake time. The driver is the main goroutine: it takes a frame, sets the clock, hands out
// the messages, and sleeps until the moment that it was given, or until a server has something to say. It never runs
// while a server's goroutine can: one processor, no preemption, and a sleep of one nanosecond, which ends when every
// other goroutine waits.
package main

import (
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"
)

const (
	// The frames that a long silence is cut into, so that the judge sees the world move.
	beat = time.Second
	// How often the heap is looked at, in stops; a collection happens only while the world stands.
	stopsPerLook = 256
	// Garbage below this is let be.
	smallHeap = 64 << 20
)

type world struct {
	mu      sync.Mutex
	epoch   int64
	until   int64
	outputs packer
	count   int
	spoke   chan struct{}
	servers map[int]*server
	calls   map[int64]chan []byte
	call    int64
	asked   map[uint64]question
	stops   int
	live    uint64
}

func main() {
	w := &world{
		epoch:   runtime.RaftkitNow(),
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
	runtime.RaftkitSetTime(w.epoch + from)
	for _, each := range inbox {
		w.take(each.(map[string]interface{}))
	}
	w.settle()
	for w.count == 0 && w.now() < until {
		w.wait(min(time.Duration(until-w.now()), beat))
		w.settle()
		if w.count == 0 && w.now() < until {
			p := packer{}
			p.message("Beat")
			send(p)
		}
	}
	w.collect()
	send(w.stopped())
}

func (w *world) now() int64 { return runtime.RaftkitNow() - w.epoch }

// settle lets every goroutine run that can at this moment, and stays in it.
func (w *world) settle() {
	now := runtime.RaftkitNow()
	time.Sleep(1)
	if late := runtime.RaftkitNow() - now - 1; late > 0 {
		now += late // somebody has looked at the clock until it moved
	}
	runtime.RaftkitSetTime(now)
}

// wait sleeps, or is woken by an output.
func (w *world) wait(most time.Duration) {
	select {
	case <-w.spoke:
	default:
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

func (w *world) emit(kind string, fields ...field) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.outputs.message(kind, fields...)
	w.count++
	w.wake()
}

func (w *world) stopped() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := min(w.now(), w.until)
	next := max(runtime.RaftkitNext()-w.epoch, now)
	p := packer{}
	list := packer{}
	list.array(w.count)
	p.message("Stopped", field{"now_ns", now}, field{"next_ns", next}, field{"outputs", raw(append(list, w.outputs...))})
	w.outputs, w.count = nil, 0
	return p
}

// collect collects garbage when there is much of it.
func (w *world) collect() {
	if w.stops++; w.stops%stopsPerLook != 0 {
		return
	}
	stats := runtime.MemStats{}
	runtime.ReadMemStats(&stats)
	if stats.HeapAlloc > smallHeap+2*w.live {
		debug.FreeOSMemory()
		runtime.ReadMemStats(&stats)
		w.live = stats.HeapAlloc
	}
}

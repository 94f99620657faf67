//go:build faketime

package main

import (
	"runtime"
	"runtime/debug"
	"syscall"
	"time"
)

// Time stands still while any goroutine can run, and this is the main one: whatever it does takes none.

const (
	// How often the heap is looked at, in stops; a collection happens only while the world stands.
	stopsPerLook = 256
	// Garbage below this is let be.
	smallHeap = 64 << 20
)

var epoch = runtime.RaftkitNow()

// now returns the lab clock.
func now() int64 { return runtime.RaftkitNow() - epoch }

// setNow sets it, before the servers run.
func setNow(at int64) { runtime.RaftkitSetTime(epoch + at) }

// nextMoment returns when something happens next, if nobody speaks before.
func nextMoment() int64 {
	if isRestless {
		return now()
	}
	return runtime.RaftkitNext() - epoch
}

// Whether somebody ran on at the moment that was settled last, and looked at the clock until it moved.
var isRestless bool

// settle lets every goroutine run that can at this moment, and stays in it.
func settle() {
	now := runtime.RaftkitNow()
	time.Sleep(1)
	late := runtime.RaftkitNow() - now - 1
	isRestless = late > 0
	runtime.RaftkitSetTime(now + late)
}

var heap struct {
	stops int
	live  uint64
}

// collect collects garbage when there is much of it, and gives memory back at once: what the runtime gives back by
// itself, it gives back by a timer of its own, and runs differ.
func collect() {
	if heap.stops++; heap.stops%stopsPerLook != 0 {
		return
	}
	stats := runtime.MemStats{}
	runtime.ReadMemStats(&stats)
	if stats.HeapAlloc > smallHeap+2*heap.live {
		debug.FreeOSMemory()
		runtime.ReadMemStats(&stats)
		heap.live = stats.HeapAlloc
	}
}

// lastWord sends what is left to be said, for a goroutine that ends the process.
func (w *world) lastWord() { send(w.stopped()) }

// systemCall does not give the processor up, so that no goroutine runs, and no time passes, while it takes.
func systemCall(trap, a, b, c uintptr) (uintptr, uintptr, syscall.Errno) {
	return syscall.RawSyscall(trap, a, b, c)
}

// In place of runtime/time_fake.go: time stands still while any goroutine can run, and moves to the next timer when
// none can. What is added here lets the world's driver set the clock, know whose goroutine it is in, and seed chance.

//go:build faketime && !windows

package runtime

import (
	"internal/runtime/exithook"
	"unsafe"
)

var faketime int64 = 1257894000000000000

//go:linkname nanotime
//go:nosplit
func nanotime() int64 {
	return faketime
}

// A loop that asks for the time again and again, until it has passed, would never end: time passes only when nobody
// runs. After so many looks at one moment each look takes a microsecond.
const raftkitLooks = 1000

var raftkitLooked struct {
	at    int64
	count int
}

// raftkitLook is called whenever the program asks for the time.
func raftkitLook() {
	if raftkitLooked.at != faketime {
		raftkitLooked.at = faketime
		raftkitLooked.count = 0
	}
	raftkitLooked.count++
	if raftkitLooked.count > raftkitLooks {
		faketime += 1000
		raftkitLooked.at = faketime
		raftkitShow()
	}
}

//go:linkname time_now time.now
func time_now() (sec int64, nsec int32, mono int64) {
	raftkitLook()
	return faketime / 1e9, int32(faketime % 1e9), faketime
}

// RaftkitNow returns the clock; it does not count as a look.
func RaftkitNow() int64 { return faketime }

// RaftkitSetTime moves the clock. Only the world's driver calls it, while every other goroutine waits.
func RaftkitSetTime(now int64) { faketime = now }

// RaftkitNext returns when the next timer is due, or the end of time.
func RaftkitNext() int64 { return timeSleepUntil() }

// Where the clock is shown, in memory that somebody else reads.
var raftkitShown *int64

// RaftkitShowTime shows the clock in the first eight bytes of a file that is open.
func RaftkitShowTime(fd int32) {
	const shared = 1
	if p, err := mmap(nil, 8, _PROT_READ|_PROT_WRITE, shared, fd, 0); err == 0 {
		raftkitShown = (*int64)(p)
		raftkitShow()
	}
}

// raftkitShow is called whenever the clock has moved by itself.
//
//go:nosplit
func raftkitShow() {
	if raftkitShown != nil {
		*raftkitShown = faketime
	}
}

// RaftkitSetLabel says whose goroutine this is; those that it starts inherit it. It points to a server's number first.
func RaftkitSetLabel(label unsafe.Pointer) { getg().labels = label }

// RaftkitLabel returns what RaftkitSetLabel has said.
func RaftkitLabel() unsafe.Pointer { return getg().labels }

// RaftkitGoid returns this goroutine's number, as it stands in a stack's head.
func RaftkitGoid() uint64 { return getg().goid }

// RaftkitLabels calls each goroutine's number and label out; only the driver calls it, while every other one waits.
func RaftkitLabels(each func(goid uint64, label unsafe.Pointer)) {
	for _, gp := range allgs {
		if readgstatus(gp) != _Gdead {
			each(gp.goid, gp.labels)
		}
	}
}

// RaftkitOnExit has f called by os.Exit, in the goroutine that ends the program.
func RaftkitOnExit(f func()) { exithook.Add(exithook.Hook{F: f, RunOnFailure: true}) }

// raftkitSeed reads the seed of the runtime's chance: the first 32 bytes of the standard input.
func raftkitSeed(seed *[32]byte) {
	for got := 0; got < len(seed); {
		n := read(0, unsafe.Pointer(&seed[got]), int32(len(seed)-got))
		if n <= 0 {
			exit(3)
		}
		got += int(n)
	}
}

// What the runtime itself writes (panics, stacks, println) goes to descriptor 2, up to a bound.
const raftkitMostWritten = 1 << 19

var raftkitWritten int32
var raftkitIsDying bool

//go:nowritebarrierrec
func write(fd uintptr, p unsafe.Pointer, n int32) int32 {
	if fd != 2 {
		return write1(fd, p, n)
	}
	if mp := getg().m; panicking.Load() > 0 && !raftkitIsDying {
		raftkitIsDying = true
		if mp != nil && mp.curg != nil && mp.curg.labels != nil {
			var head [20]byte
			text := "\nserver "
			length := copy(head[:], text)
			number := *(*int64)(mp.curg.labels)
			if number >= 10 {
				head[length] = byte('0' + number/10%10)
				length++
			}
			head[length] = byte('0' + number%10)
			head[length+1] = '\n'
			write1(2, unsafe.Pointer(&head[0]), int32(length+2))
		}
	}
	if raftkitWritten > raftkitMostWritten {
		return n
	}
	raftkitWritten += n
	return write1(2, p, n)
}

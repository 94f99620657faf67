// In place of runtime/time_fake.go: time stands still while any goroutine can run, and moves to the next timer when
// none can. What is added here lets the world's driver set the clock, and seed chance.

//go:build faketime && !windows

package runtime

import "unsafe"

var faketime int64 = 1257894000000000000

//go:linkname nanotime
//go:nosplit
func nanotime() int64 {
	return faketime
}

// A loop that asks for the time again and again, until it has passed, would never end: time passes only when nobody
// runs. After so many looks at one moment each look takes a microsecond, and lets others have their turn.
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
		if gp := getg(); gp == gp.m.curg && gp.m.locks == 0 {
			Gosched()
		}
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

//go:nowritebarrierrec
func write(fd uintptr, p unsafe.Pointer, n int32) int32 {
	if fd == 2 {
		return raftkitWrite(p, n)
	}
	return write1(fd, p, n)
}

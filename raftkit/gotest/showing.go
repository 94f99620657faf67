// Added to package testing: the clock is shown to whoever started the tests, and what they print goes out as it is.

//go:build faketime

package testing

import (
	"os"
	"runtime"
	"strconv"
	"syscall"
	"unsafe"
)

const raftkitClock = "RAFTKIT_CLOCK"

func init() {
	if clock, err := strconv.Atoi(os.Getenv(raftkitClock)); err == nil {
		runtime.RaftkitShowTime(int32(clock))
		syscall.Close(clock)
	}
	os.Unsetenv(raftkitClock)
	syscall.RaftkitPrint = raftkitPrint
}

func raftkitPrint(p []byte) {
	for len(p) > 0 {
		n, _, err := syscall.RawSyscall(syscall.SYS_WRITE, 1, uintptr(unsafe.Pointer(&p[0])), uintptr(len(p)))
		if err == syscall.EINTR {
			continue
		}
		if err != 0 {
			return
		}
		p = p[n:]
	}
}

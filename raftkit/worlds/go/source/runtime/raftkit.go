// Beside the runtime's own files: what the world's driver asks of it, whatever clock it runs by.

package runtime

import (
	"internal/runtime/exithook"
	"unsafe"
)

// RaftkitSetLabel says whose goroutine this is; those that it starts inherit it. It points to a server's number first.
func RaftkitSetLabel(label unsafe.Pointer) { getg().labels = label }

// RaftkitLabel returns what RaftkitSetLabel has said.
func RaftkitLabel() unsafe.Pointer { return getg().labels }

// RaftkitGoid returns this goroutine's number, as it stands in a stack's head.
func RaftkitGoid() uint64 { return getg().goid }

// RaftkitLabels calls each goroutine's number and label out.
func RaftkitLabels(each func(goid uint64, label unsafe.Pointer)) {
	forEachGRace(func(gp *g) {
		if readgstatus(gp) != _Gdead {
			each(gp.goid, gp.labels)
		}
	})
}

// RaftkitOnExit has f called by os.Exit, in the goroutine that ends the program.
func RaftkitOnExit(f func()) { exithook.Add(exithook.Hook{F: f, RunOnFailure: true}) }

// What the runtime itself writes (panics, stacks, println) goes to descriptor 2, up to a bound.
const raftkitMostWritten = 1 << 19

var raftkitWritten int32
var raftkitIsDying bool

//go:nowritebarrierrec
func raftkitWrite(p unsafe.Pointer, n int32) int32 {
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

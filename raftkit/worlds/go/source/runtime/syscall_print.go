// In place of syscall/time_fake.go, or of syscall/time_nofake.go: what a program writes to descriptors 1 and 2 is
// handed to the world's driver.

package syscall

const faketime = true

// RaftkitPrint takes what is written to descriptor 1 or 2.
var RaftkitPrint func(p []byte)

func faketimeWrite(fd int, p []byte) int {
	if RaftkitPrint != nil {
		RaftkitPrint(p)
	}
	return len(p)
}

package main

import (
	"encoding/binary"
	"syscall"
	"unsafe"
)

const (
	requests = 0
	answers  = 1
)

func readFull(data []byte) bool {
	for len(data) > 0 {
		n, _, err := systemCall(
			syscall.SYS_READ, requests, uintptr(unsafe.Pointer(&data[0])), uintptr(len(data)))
		if err == syscall.EINTR {
			continue
		}
		if err != 0 || n == 0 {
			return false
		}
		data = data[n:]
	}
	return true
}

// receive waits for a frame; nothing when the judge has gone.
func receive() map[string]interface{} {
	var head [4]byte
	if !readFull(head[:]) {
		return nil
	}
	body := make([]byte, binary.LittleEndian.Uint32(head[:]))
	if !readFull(body) {
		return nil
	}
	return (&unpacker{body}).value().(map[string]interface{})
}

var sending []byte // keeps its memory

func send(body []byte) {
	sending = binary.LittleEndian.AppendUint32(sending[:0], uint32(len(body)))
	sending = append(sending, body...)
	data := sending
	for len(data) > 0 {
		n, _, err := systemCall(
			syscall.SYS_WRITE, answers, uintptr(unsafe.Pointer(&data[0])), uintptr(len(data)))
		if err != 0 && err != syscall.EINTR {
			return // the next read says that nobody is there
		}
		if err == 0 {
			data = data[n:]
		}
	}
}

// leave ends the process at once, past everything that waits for its end.
func leave() {
	syscall.RawSyscall(syscall.SYS_EXIT_GROUP, 0, 0, 0)
}

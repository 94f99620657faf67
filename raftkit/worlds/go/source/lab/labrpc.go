// Package labrpc stands in the place of the lab's: the same interface, and the harness's network behind it.
package RAFTKIT_PACKAGE

// A ClientEnd is one server's way to another.
type ClientEnd struct {
	call func(method string, args interface{}, reply interface{}) bool
}

// RaftkitEnd returns an end whose calls are made by call.
func RaftkitEnd(call func(method string, args interface{}, reply interface{}) bool) *ClientEnd {
	return &ClientEnd{call}
}

// Call asks a method of the other server, and waits for its reply; false when it was lost, or nobody is there.
func (e *ClientEnd) Call(method string, args interface{}, reply interface{}) bool {
	return e.call(method, args, reply)
}

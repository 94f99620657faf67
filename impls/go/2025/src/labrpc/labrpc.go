// Package labrpc is the lab's interface to its network, as far as Raft sees it.
//
// A harness puts a package of its own in this one's place; this one compiles, and reaches nobody.
package labrpc

// A ClientEnd is one server's way to another.
type ClientEnd struct{}

// Call asks a method of the other server, for example "Raft.RequestVote", and waits for its reply. It returns
// false when the request or the reply was lost, or nobody is there.
func (e *ClientEnd) Call(method string, args interface{}, reply interface{}) bool { return false }

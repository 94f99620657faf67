// Package labrpc is a network inside one process: servers call each other's methods over links that lose, delay and
// reorder messages as a test wants it. A harness may put a package of its own in this one's place.
//
// What travels is bytes, so that two servers never share memory, and what is sent can be counted.
package labrpc

import (
	"bytes"
	"time"

	"6.824/labgob"
)

// How often a caller looks whether the server that handles its request is still there.
const lookInterval = 100 * time.Millisecond

// A ClientEnd is one server's way to another.
type ClientEnd struct {
	network *Network
	target  int
	enabled bool // guarded by the network's lock
}

// Call asks a method of the other server, for example "Raft.RequestVote", and waits for its reply. It returns
// false when the request or the reply was lost, or nobody is there. That may take seconds.
//
// Any number of calls may be under way; they may arrive in another order than they were made.
func (e *ClientEnd) Call(method string, args interface{}, reply interface{}) bool {
	sent := encode(args)
	e.network.count(len(sent))
	target := e.network.route(e)
	if target == nil {
		time.Sleep(e.network.silence())
		return false
	}
	fate := e.network.fate()
	time.Sleep(fate.requestDelay)
	if fate.losesRequest {
		return false
	}
	replied, ok := e.await(target, target.dispatch(method, sent))
	if !ok || fate.losesReply {
		return false
	}
	time.Sleep(fate.replyDelay)
	e.network.countBytes(len(replied))
	decode(replied, reply)
	return true
}

// await waits for a handler to return. It gives up when the server has gone or the link was cut: a reply that comes
// then is never seen.
func (e *ClientEnd) await(target *server, answer <-chan []byte) ([]byte, bool) {
	look := time.NewTicker(lookInterval)
	defer look.Stop()
	for {
		select {
		case replied := <-answer:
			return replied, e.network.route(e) == target
		case <-look.C:
			if e.network.route(e) != target {
				return nil, false
			}
		}
	}
}

func encode(value interface{}) []byte {
	var data bytes.Buffer
	if err := labgob.NewEncoder(&data).Encode(value); err != nil {
		panic("labrpc: cannot be sent: " + err.Error())
	}
	return data.Bytes()
}

func decode(data []byte, value interface{}) {
	if err := labgob.NewDecoder(bytes.NewBuffer(data)).Decode(value); err != nil {
		panic("labrpc: cannot be read: " + err.Error())
	}
}

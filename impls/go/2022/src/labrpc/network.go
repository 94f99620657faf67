package labrpc

import (
	"math/rand"
	"sync"
	"sync/atomic"
	"time"
)

const (
	longestSilence  = 7000 * time.Millisecond // before a call to nobody fails
	longestDelay    = 27 * time.Millisecond   // of a request, on an unreliable network
	lossPermille    = 100                     // of requests, and of replies, on an unreliable network
	shortestReorder = 200 * time.Millisecond  // a reply that is held back comes so much later, or more
	longestReorder  = 2000                    // milliseconds beyond that
)

// A Network carries calls between servers. Every one of its methods may be called at any time.
type Network struct {
	mu             sync.Mutex
	servers        map[int]*server
	isUnreliable   bool
	reordersWildly bool
	calls          int64
	bytes          int64
}

// NewNetwork returns one that is reliable, and has no servers.
func NewNetwork() *Network { return &Network{servers: map[int]*server{}} }

// NewEnd returns a way to a server, which need not be there yet. Nothing passes before it is enabled.
func (n *Network) NewEnd(target int) *ClientEnd { return &ClientEnd{network: n, target: target} }

// Enable opens a way, or cuts it.
func (n *Network) Enable(end *ClientEnd, enabled bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	end.enabled = enabled
}

// Serve lets a receiver's exported methods answer calls to a server, in the place of whoever did before.
func (n *Network) Serve(number int, receiver interface{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.servers[number] = newServer(receiver)
}

// Remove takes a server off the network. What it still answers is lost.
func (n *Network) Remove(number int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.servers, number)
}

// SetUnreliable lets messages be late, and some be lost.
func (n *Network) SetUnreliable(unreliable bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.isUnreliable = unreliable
}

// SetReordering holds back two replies of three, so that they arrive in another order.
func (n *Network) SetReordering(reorders bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.reordersWildly = reorders
}

// Requests returns how many requests a server was handed since it began to serve.
func (n *Network) Requests(number int) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	if s := n.servers[number]; s != nil {
		return int(atomic.LoadInt64(&s.requests))
	}
	return 0
}

// Calls returns how many calls were made, also on ways that were cut.
func (n *Network) Calls() int { return int(atomic.LoadInt64(&n.calls)) }

// Bytes returns how many bytes were sent as arguments, and came back as replies.
func (n *Network) Bytes() int64 { return atomic.LoadInt64(&n.bytes) }

func (n *Network) count(bytes int) {
	atomic.AddInt64(&n.calls, 1)
	n.countBytes(bytes)
}

func (n *Network) countBytes(bytes int) { atomic.AddInt64(&n.bytes, int64(bytes)) }

// route returns the server that an end leads to; nil when the way is cut or nobody is there.
func (n *Network) route(end *ClientEnd) *server {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !end.enabled {
		return nil
	}
	return n.servers[end.target]
}

// silence is how long a caller waits until it knows that nobody answers.
func (n *Network) silence() time.Duration { return time.Duration(rand.Int63n(int64(longestSilence))) }

// A fate is what becomes of one call.
type fate struct {
	requestDelay time.Duration
	losesRequest bool
	losesReply   bool
	replyDelay   time.Duration
}

func (n *Network) fate() fate {
	n.mu.Lock()
	isUnreliable, reorders := n.isUnreliable, n.reordersWildly
	n.mu.Unlock()
	f := fate{}
	if isUnreliable {
		f.requestDelay = time.Duration(rand.Int63n(int64(longestDelay)))
		f.losesRequest = rand.Intn(1000) < lossPermille
		f.losesReply = rand.Intn(1000) < lossPermille
	}
	if reorders && rand.Intn(3) < 2 {
		f.replyDelay = shortestReorder + time.Duration(rand.Intn(1+rand.Intn(longestReorder)))*time.Millisecond
	}
	return f
}

package labrpc

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"

	"6.824/labgob"
)

// A server is somebody's methods, as they can be called from elsewhere.
type server struct {
	receiver reflect.Value
	name     string
	requests int64
}

func newServer(receiver interface{}) *server {
	value := reflect.ValueOf(receiver)
	return &server{receiver: value, name: reflect.Indirect(value).Type().Name()}
}

// dispatch runs a handler in a goroutine of its own; its reply comes through the channel, if it ever returns.
func (s *server) dispatch(method string, sent []byte) <-chan []byte {
	atomic.AddInt64(&s.requests, 1)
	handler := s.handler(method)
	answer := make(chan []byte, 1)
	go func() {
		args := reflect.New(handler.Type().In(0))
		if err := labgob.NewDecoder(bytes.NewBuffer(sent)).Decode(args.Interface()); err != nil {
			panic(fmt.Sprintf("labrpc: the arguments of %s cannot be read: %v", method, err))
		}
		reply := reflect.New(handler.Type().In(1).Elem())
		handler.Call([]reflect.Value{args.Elem(), reply})
		answer <- encode(reply.Interface())
	}()
	return answer
}

// handler finds a method with two arguments, the second a pointer: func (rf *Raft) Method(args *Args, reply *Reply).
func (s *server) handler(method string) reflect.Value {
	if dot := strings.LastIndex(method, "."); dot >= 0 && method[:dot] == s.name {
		handler := s.receiver.MethodByName(method[dot+1:])
		if handler.IsValid() && handler.Type().NumIn() == 2 && handler.Type().In(1).Kind() == reflect.Ptr {
			return handler
		}
	}
	panic(fmt.Sprintf("labrpc: %s has no handler %s(args, reply *Reply)", s.name, method))
}

package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"unsafe"
)

const (
	longestText = 8000
	longestLine = 2000
)

func clip(text string) string {
	text = printable(text)
	if len(text) > longestText {
		return strings.ToValidUTF8(text[:longestText], "") + " …"
	}
	return text
}

func speaker() *server { return (*server)(runtime.RaftkitLabel()) }

// printed is what servers have printed: of each the line that is not complete, and the last that was, of all.
var printed = struct {
	sync.Mutex
	begun map[*server]string
	last  string
}{begun: map[*server]string{}}

// print makes what a server prints a line of its log.
func (w *world) print(data []byte) {
	s := speaker()
	if s == nil || s.cut.Load() {
		return
	}
	printed.Lock()
	defer printed.Unlock()
	parts := strings.Split(printed.begun[s]+string(data), "\n")
	for _, line := range parts[:len(parts)-1] {
		s.log(line)
	}
	printed.begun[s] = parts[len(parts)-1]
	if len(printed.begun[s]) > longestLine {
		s.log(printed.begun[s])
		printed.begun[s] = ""
	}
}

func (s *server) log(line string) {
	if len(line) > longestLine {
		line = line[:longestLine] + " …"
	}
	printed.last = printable(line)
	s.emit("LogLine", append(s.from(), field{"topic", "print"}, field{"text", printed.last})...)
}

// exits is called by os.Exit, in the goroutine that calls it: the last that is heard of this world.
func (w *world) exits() {
	s := speaker()
	if s == nil {
		w.locked(func() {
			for number := 0; s == nil && number < 100; number++ {
				s = w.servers[number]
			}
		})
	}
	if s == nil {
		return
	}
	printed.Lock()
	if printed.begun[s] != "" {
		s.log(printed.begun[s])
	}
	last := printed.last
	printed.Unlock()
	s.cut.Store(false)
	summary := fmt.Sprintf("server %d ended the process, by os.Exit or log.Fatal", s.number)
	if last != "" {
		summary += ": " + last
	}
	stack := ownFrames(string(debug.Stack()))
	s.raised("crashed", "ProcessExit", summary, place(stack), stack,
		"a server that panics, or runs until Kill()", "the stack below says who called it")
	w.lastWord()
}

// ownFrames leaves out what is not of the student's module; the judge has given its folder.
func ownFrames(stack string) string {
	kept := []string{}
	all := strings.Split(stack, "\n")
	for i := 1; i+1 < len(all); i += 2 {
		function, place := all[i], strings.TrimSpace(all[i+1])
		if !strings.HasPrefix(place, os.Args[1]+"/") || strings.Contains(place, "/raftkit_world/") {
			continue
		}
		if space := strings.LastIndex(place, " +0x"); space > 0 {
			place = place[:space]
		}
		kept = append(kept, function, "    "+place)
	}
	return strings.Join(kept, "\n")
}

// place returns where a stack's innermost frame stands.
func place(stack string) string {
	lines := strings.Split(stack, "\n")
	if len(lines) < 2 {
		return ""
	}
	return strings.TrimSpace(lines[1])
}

// look describes every goroutine of every live server.
func (w *world) look() []byte {
	owners := map[uint64]*server{}
	runtime.RaftkitLabels(func(goid uint64, label unsafe.Pointer) { owners[goid] = (*server)(label) })
	buffer := make([]byte, 1<<22)
	buffer = buffer[:runtime.Stack(buffer, true)]
	threads, count := packer{}, 0
	for _, block := range strings.Split(string(buffer), "\n\n") {
		var goid uint64
		head, _, _ := strings.Cut(block, "\n")
		if _, err := fmt.Sscanf(head, "goroutine %d [", &goid); err != nil {
			continue
		}
		s := owners[goid]
		stack := ownFrames(block)
		if s == nil || s.cut.Load() || stack == "" {
			continue // the driver's own, and the service's
		}
		_, state, _ := strings.Cut(head, "[")
		state, _, _ = strings.Cut(strings.TrimSuffix(state, "]:"), ",")
		q := question{fmt.Sprintf("goroutine %d", goid), -1}
		w.locked(func() {
			if asked, ok := w.asked[goid]; ok {
				q = asked
			}
		})
		threads.table(6)
		threads.fields([]field{
			{"server", s.number}, {"name", q.name}, {"waits_for", state}, {"stack", clip(stack)},
			{"asked_ns", q.askedAt}, {"has_ended", false},
		})
		count++
	}
	p := packer{}
	p.message("Seen", field{"threads", list{count, threads}})
	return p
}

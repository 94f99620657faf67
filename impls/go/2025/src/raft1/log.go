package raft

// An Entry is a command, and the term in which a leader received it.
type Entry struct {
	Term    int
	Command interface{}
}

// A Log holds the entries behind a snapshot. Its first element stands for the snapshot's last entry, index 0 and
// term 0 at first, so that there is always an entry before the next one.
type Log struct {
	Base    int
	Entries []Entry
}

func emptyLog() Log { return Log{Entries: []Entry{{}}} }

func (l *Log) base() int { return l.Base }

func (l *Log) last() int { return l.Base + len(l.Entries) - 1 }

func (l *Log) at(index int) Entry { return l.Entries[index-l.Base] }

func (l *Log) term(index int) int { return l.Entries[index-l.Base].Term }

func (l *Log) append(entries ...Entry) { l.Entries = append(l.Entries, entries...) }

// between returns a copy of the entries from first to last: what is sent is not changed by what comes later.
func (l *Log) between(first int, last int) []Entry {
	return append([]Entry{}, l.Entries[first-l.Base:last+1-l.Base]...)
}

// truncate drops the entry at index and all behind it.
func (l *Log) truncate(index int) { l.Entries = l.Entries[:index-l.Base] }

// compact drops the entries before index, which becomes the first; the copy lets the memory go.
func (l *Log) compact(index int, term int) {
	kept := []Entry{{Term: term}}
	if index < l.last() {
		kept = append(kept, l.Entries[index+1-l.Base:]...)
	}
	l.Base, l.Entries = index, kept
}

package RAFTKIT_PACKAGE

import "fmt"

// Annotate stands in the place of the lab's, which marks its own picture of a run: here it becomes a line of the log.
func Annotate(words ...interface{}) { fmt.Println(words...) }

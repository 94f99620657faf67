// Package labgob is encoding/gob under the lab's name: the part of its interface that Raft needs.
package labgob

import (
	"encoding/gob"
	"io"
)

// An Encoder writes values; fields must have capital names to be written.
type Encoder struct{ gob *gob.Encoder }

// NewEncoder returns an encoder that writes to w.
func NewEncoder(w io.Writer) *Encoder { return &Encoder{gob.NewEncoder(w)} }

// Encode writes a value.
func (e *Encoder) Encode(value interface{}) error { return e.gob.Encode(value) }

// A Decoder reads values in the order in which they were written.
type Decoder struct{ gob *gob.Decoder }

// NewDecoder returns a decoder that reads from r.
func NewDecoder(r io.Reader) *Decoder { return &Decoder{gob.NewDecoder(r)} }

// Decode reads the next value into what its argument points to.
func (d *Decoder) Decode(value interface{}) error { return d.gob.Decode(value) }

// Register makes a type known that travels inside an interface.
func Register(value interface{}) { gob.Register(value) }

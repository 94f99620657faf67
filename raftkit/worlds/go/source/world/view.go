package main

import (
	"fmt"
	"math"
	"reflect"
	"sort"
	"strings"
	"unicode/utf8"
)

const (
	deepest      = 12
	longestBytes = 4096 // of a snapshot or the like; nobody reads more
)

// A command is one that is neither a number nor a text: its MessagePack, which can be compared, and travels as it is.
type command string

// commandOf turns what the service offers into what Start is given.
func commandOf(data []byte) interface{} {
	switch value := (&unpacker{data}).value().(type) {
	case int64:
		return int(value)
	case string:
		return value
	default:
		return command(data)
	}
}

// view shows a value as the oracles read it: structs as maps of their fields, in order.
func view(value interface{}) []byte {
	p := packer{}
	p.view(reflect.ValueOf(value), 0)
	return p
}

func (p *packer) view(v reflect.Value, depth int) {
	if depth > deepest {
		p.text("…")
		return
	}
	switch v.Kind() {
	case reflect.Invalid:
		p.nothing()
	case reflect.Bool:
		p.flag(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		p.integer(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		p.unsigned(v.Uint())
	case reflect.Float32, reflect.Float64:
		if math.IsNaN(v.Float()) || math.IsInf(v.Float(), 0) {
			p.text(fmt.Sprint(v.Float()))
		} else {
			p.float(v.Float())
		}
	case reflect.String:
		if v.Type() == reflect.TypeOf(command("")) {
			*p = append(*p, v.String()...)
		} else {
			p.text(printable(v.String()))
		}
	case reflect.Ptr, reflect.Interface:
		p.view(v.Elem(), depth+1)
	case reflect.Slice, reflect.Array:
		p.viewList(v, depth)
	case reflect.Map:
		p.viewMap(v, depth)
	case reflect.Struct:
		p.viewStruct(v, depth)
	default:
		p.text(v.Type().String())
	}
}

func (p *packer) viewList(v reflect.Value, depth int) {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		data := make([]byte, v.Len())
		reflect.Copy(reflect.ValueOf(data), v)
		if len(data) > longestBytes {
			data = data[:longestBytes]
		}
		p.bytes(data)
		return
	}
	p.array(v.Len())
	for i := 0; i < v.Len(); i++ {
		p.view(v.Index(i), depth+1)
	}
}

func (p *packer) viewMap(v reflect.Value, depth int) {
	keys := v.MapKeys()
	texts := make(map[string]reflect.Value, len(keys))
	names := []string{}
	for _, key := range keys {
		name := printable(fmt.Sprint(key))
		texts[name] = v.MapIndex(key)
	}
	for name := range texts {
		names = append(names, name)
	}
	sort.Strings(names)
	p.table(len(names))
	for _, name := range names {
		p.text(name)
		p.view(texts[name], depth+1)
	}
}

// viewStruct shows exported fields: others do not travel either.
func (p *packer) viewStruct(v reflect.Value, depth int) {
	shown := []int{}
	for i := 0; i < v.NumField(); i++ {
		if v.Type().Field(i).PkgPath == "" {
			shown = append(shown, i)
		}
	}
	p.table(len(shown))
	for _, i := range shown {
		p.text(v.Type().Field(i).Name)
		p.view(v.Field(i), depth+1)
	}
}

func printable(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	return strings.ToValidUTF8(text, "�")
}

package main

import (
	"encoding/binary"
	"fmt"
	"math"
)

// A packer writes MessagePack, as much of it as the boundary needs.
type packer []byte

func (p *packer) number(lead byte, value uint64, bytes int) {
	var data [8]byte
	binary.BigEndian.PutUint64(data[:], value)
	*p = append(append(*p, lead), data[8-bytes:]...)
}

func (p *packer) nothing() { *p = append(*p, 0xc0) }

func (p *packer) flag(value bool) {
	if value {
		*p = append(*p, 0xc3)
	} else {
		*p = append(*p, 0xc2)
	}
}

func (p *packer) integer(value int64) {
	if value >= -32 && value <= 127 {
		*p = append(*p, byte(value))
	} else {
		p.number(0xd3, uint64(value), 8)
	}
}

func (p *packer) unsigned(value uint64) {
	if value <= math.MaxInt64 {
		p.integer(int64(value))
	} else {
		p.number(0xcf, value, 8)
	}
}

func (p *packer) float(value float64) { p.number(0xcb, math.Float64bits(value), 8) }

func (p *packer) text(value string) {
	if len(value) < 32 {
		*p = append(*p, 0xa0|byte(len(value)))
	} else {
		p.number(0xdb, uint64(len(value)), 4)
	}
	*p = append(*p, value...)
}

func (p *packer) bytes(value []byte) {
	p.number(0xc6, uint64(len(value)), 4)
	*p = append(*p, value...)
}

func (p *packer) array(length int) {
	if length < 16 {
		*p = append(*p, 0x90|byte(length))
	} else {
		p.number(0xdd, uint64(length), 4)
	}
}

func (p *packer) table(length int) {
	if length < 16 {
		*p = append(*p, 0x80|byte(length))
	} else {
		p.number(0xdf, uint64(length), 4)
	}
}

// A field is one of a message's, in the order in which it is written.
type field struct {
	name  string
	value interface{}
}

// raw is MessagePack already.
type raw []byte

// A list is so many values that are MessagePack already.
type list struct {
	count  int
	values packer
}

// message writes a message of the boundary: a map whose first field names its type.
func (p *packer) message(kind string, fields ...field) {
	p.table(len(fields) + 1)
	p.text("type")
	p.text(kind)
	p.fields(fields)
}

func (p *packer) fields(fields []field) {
	for _, each := range fields {
		p.text(each.name)
		switch value := each.value.(type) {
		case nil:
			p.nothing()
		case raw:
			*p = append(*p, value...)
		case list:
			p.array(value.count)
			*p = append(*p, value.values...)
		case bool:
			p.flag(value)
		case int:
			p.integer(int64(value))
		case int64:
			p.integer(value)
		case string:
			p.text(value)
		case []byte:
			p.bytes(value)
		default:
			panic(fmt.Sprintf("no field of a message: %T", value))
		}
	}
}

// An unpacker reads it: nil, bool, int64, uint64, float64, string, []byte, []interface{}, map[string]interface{}.
type unpacker struct{ data []byte }

func (u *unpacker) take(length int) []byte {
	part := u.data[:length]
	u.data = u.data[length:]
	return part
}

func (u *unpacker) length(bytes int) int { return int(u.unsigned(bytes)) }

func (u *unpacker) unsigned(bytes int) uint64 {
	var value uint64
	for _, each := range u.take(bytes) {
		value = value<<8 | uint64(each)
	}
	return value
}

func (u *unpacker) value() interface{} {
	lead := u.take(1)[0]
	switch {
	case lead < 0x80 || lead >= 0xe0:
		return int64(int8(lead))
	case lead < 0x90:
		return u.table(int(lead & 0x0f))
	case lead < 0xa0:
		return u.array(int(lead & 0x0f))
	case lead < 0xc0:
		return string(u.take(int(lead & 0x1f)))
	}
	switch lead {
	case 0xc0:
		return nil
	case 0xc2, 0xc3:
		return lead == 0xc3
	case 0xc4, 0xc5, 0xc6:
		return append([]byte{}, u.take(u.length(1<<(lead-0xc4)))...)
	case 0xca:
		return float64(math.Float32frombits(uint32(u.unsigned(4))))
	case 0xcb:
		return math.Float64frombits(u.unsigned(8))
	case 0xcc, 0xcd, 0xce:
		return int64(u.unsigned(1 << (lead - 0xcc)))
	case 0xcf:
		if value := u.unsigned(8); value > math.MaxInt64 {
			return value
		} else {
			return int64(value)
		}
	case 0xd0:
		return int64(int8(u.unsigned(1)))
	case 0xd1:
		return int64(int16(u.unsigned(2)))
	case 0xd2:
		return int64(int32(u.unsigned(4)))
	case 0xd3:
		return int64(u.unsigned(8))
	case 0xd9, 0xda, 0xdb:
		return string(u.take(u.length(1 << (lead - 0xd9))))
	case 0xdc, 0xdd:
		return u.array(u.length(2 << (lead - 0xdc)))
	case 0xde, 0xdf:
		return u.table(u.length(2 << (lead - 0xde)))
	}
	panic(fmt.Sprintf("no MessagePack: %#x", lead))
}

func (u *unpacker) array(length int) []interface{} {
	values := make([]interface{}, length)
	for i := range values {
		values[i] = u.value()
	}
	return values
}

func (u *unpacker) table(length int) map[string]interface{} {
	values := make(map[string]interface{}, length)
	for i := 0; i < length; i++ {
		name := fmt.Sprint(u.value())
		values[name] = u.value()
	}
	return values
}

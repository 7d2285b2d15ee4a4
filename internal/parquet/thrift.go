package parquet

import "encoding/binary"

// The metadata of a file is in Thrift's compact protocol: fields by number, as
// differences, with a type of four bits.
const (
	thriftTrue   = 1
	thriftFalse  = 2
	thriftI32    = 5
	thriftI64    = 6
	thriftBinary = 8
	thriftList   = 9
	thriftStruct = 12
)

// thrift writes structs. A struct within a struct is written by a function.
type thrift struct {
	b    []byte
	last int16 // number of the field before
}

func (t *thrift) field(number int16, kind byte) {
	if d := number - t.last; d > 0 && d <= 15 {
		t.b = append(t.b, byte(d)<<4|kind)
	} else {
		t.b = binary.AppendVarint(append(t.b, kind), int64(number))
	}
	t.last = number
}

func (t *thrift) i32(number int16, v int32) {
	t.field(number, thriftI32)
	t.b = binary.AppendVarint(t.b, int64(v))
}

func (t *thrift) i64(number int16, v int64) {
	t.field(number, thriftI64)
	t.b = binary.AppendVarint(t.b, v)
}

func (t *thrift) text(number int16, v string) {
	t.field(number, thriftBinary)
	t.raw(v)
}

func (t *thrift) raw(v string) { t.b = append(binary.AppendUvarint(t.b, uint64(len(v))), v...) }

func (t *thrift) nested(number int16, write func()) {
	t.field(number, thriftStruct)
	t.structure(write)
}

// structure writes a struct of which the place is already said.
func (t *thrift) structure(write func()) {
	last := t.last
	t.last = 0
	write()
	t.b, t.last = append(t.b, 0), last
}

func (t *thrift) list(number int16, kind byte, n int, each func(i int)) {
	t.field(number, thriftList)
	if n < 15 {
		t.b = append(t.b, byte(n)<<4|kind)
	} else {
		t.b = binary.AppendUvarint(append(t.b, 0xf0|kind), uint64(n))
	}
	for i := range n {
		each(i)
	}
}

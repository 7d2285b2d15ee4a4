package parquet

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

// decoded is a Thrift struct by field number: int64, string, bool, []any or decoded.
type decoded map[int16]any

type reading struct{ b []byte }

func (r *reading) byte() byte { c := r.b[0]; r.b = r.b[1:]; return c }

func (r *reading) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	r.b = r.b[n:]
	return v
}

func (r *reading) varint() int64 {
	v, n := binary.Varint(r.b)
	r.b = r.b[n:]
	return v
}

func (r *reading) value(kind byte) any {
	switch kind {
	case thriftTrue, thriftFalse:
		return kind == thriftTrue
	case thriftI32, thriftI64:
		return r.varint()
	case thriftBinary:
		n := r.uvarint()
		v := string(r.b[:n])
		r.b = r.b[n:]
		return v
	case thriftList:
		head := r.byte()
		n := uint64(head >> 4)
		if n == 15 {
			n = r.uvarint()
		}
		list := make([]any, n)
		for i := range list {
			list[i] = r.value(head & 15)
		}
		return list
	case thriftStruct:
		return r.structure()
	}
	panic(fmt.Sprintf("thrift type %d", kind))
}

func (r *reading) structure() decoded {
	d, last := decoded{}, int16(0)
	for {
		head := r.byte()
		if head == 0 {
			return d
		}
		if head>>4 == 0 {
			last = int16(r.varint())
		} else {
			last += int16(head >> 4)
		}
		d[last] = r.value(head & 15)
	}
}

// texts reads back a column of texts or bytes of one row group, "∅" for a missing one.
func texts(t *testing.T, file []byte, chunk decoded, optional bool) []string {
	t.Helper()
	meta := chunk[3].(decoded)
	r := &reading{file[meta[9].(int64):]}
	head := r.structure()
	page := r.b[:head[3].(int64)]
	if meta[4].(int64) == codecZstd {
		z, err := zstd.NewReader(nil)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		if page, err = z.DecodeAll(page, nil); err != nil {
			t.Fatal(err)
		}
	}
	if int64(len(page)) != head[2].(int64) {
		t.Fatalf("page of %d bytes says %d", len(page), head[2])
	}
	n := int(head[5].(decoded)[1].(int64))
	levels := bytes.Repeat([]byte{1}, n)
	if optional {
		size := binary.LittleEndian.Uint32(page)
		runs := &reading{page[4 : 4+size]}
		for levels = nil; len(runs.b) > 0; {
			count := runs.uvarint() >> 1
			levels = append(levels, bytes.Repeat([]byte{runs.byte()}, int(count))...)
		}
		page = page[4+size:]
	}
	var list []string
	for _, there := range levels {
		if there == 0 {
			list = append(list, "∅")
			continue
		}
		size := binary.LittleEndian.Uint32(page)
		list, page = append(list, string(page[4:4+size])), page[4+size:]
	}
	return list
}

func TestAReaderOfTheSpecificationFindsEveryValue(t *testing.T) {
	var file bytes.Buffer
	places := map[int64][2]int64{}
	w, err := NewWriter(&file,
		Column{Name: "标题", Kind: Text}, Column{Name: "件数", Kind: Number}, Column{Name: "保密", Kind: Truth},
		Column{Name: "时间", Kind: Moment},
		Column{Name: "record", Kind: Bytes, Open: true, Placed: func(row, at, n int64) { places[row] = [2]int64{at, n} }})
	if err != nil {
		t.Fatal(err)
	}
	const rows = 3000
	record := func(i int) []byte { return bytes.Repeat([]byte{byte(i)}, 10_000+i%7) } // two row groups
	for i := range rows {
		var title any = fmt.Sprintf("第%d件", i)
		if i%5 == 0 {
			title = nil
		}
		if err := w.Row(title, int64(i), i%2 == 0, time.UnixMilli(int64(i)), record(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	raw := file.Bytes()
	if !bytes.HasPrefix(raw, []byte(magic)) || !bytes.HasSuffix(raw, []byte(magic)) {
		t.Fatal("the magic is missing")
	}
	size := int(binary.LittleEndian.Uint32(raw[len(raw)-8:]))
	footer := (&reading{raw[len(raw)-8-size : len(raw)-8]}).structure()
	if footer[3] != int64(rows) || len(footer[2].([]any)) != 6 {
		t.Fatalf("%v rows, %d elements of the schema", footer[3], len(footer[2].([]any)))
	}
	groups := footer[4].([]any)
	if len(groups) < 2 {
		t.Fatalf("%d row groups, want several", len(groups))
	}
	row := 0
	for _, g := range groups {
		chunks := g.(decoded)[1].([]any)
		titles, records := texts(t, raw, chunks[0].(decoded), true), texts(t, raw, chunks[4].(decoded), false)
		for i := range titles {
			want := fmt.Sprintf("第%d件", row)
			if row%5 == 0 {
				want = "∅"
			}
			if titles[i] != want || records[i] != string(record(row)) {
				t.Fatalf("row %d reads %q and %d bytes", row, titles[i], len(records[i]))
			}
			place := places[int64(row)]
			if !bytes.Equal(raw[place[0]:place[0]+place[1]], record(row)) {
				t.Fatalf("row %d does not lie where it was said", row)
			}
			row++
		}
	}
	if row != rows {
		t.Fatalf("%d rows found", row)
	}
}

func TestAValueOfAnotherKindIsRefused(t *testing.T) {
	w, err := NewWriter(&bytes.Buffer{}, Column{Name: "n", Kind: Number})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Row("one"); err == nil {
		t.Error("a text went into a column of numbers")
	}
	if err := w.Close(); err == nil {
		t.Error("a table that went wrong is closed as if it were whole")
	}
}

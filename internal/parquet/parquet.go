// Package parquet writes flat tables as Apache Parquet, format version 1.0,
// readable by DuckDB, pandas, Spark and others: plain encoding, one page for
// each column of a row group, compressed with zstd unless the column says
// otherwise. It follows the specification in apache/parquet-format.
package parquet

import (
	"encoding/binary"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/zstd"
)

// Kind is the type of a column's values.
type Kind int

// The kinds, with the Go type of their values. A nil is a missing value.
const (
	Text   Kind = iota // string
	Bytes              // []byte
	Number             // int64
	Truth              // bool
	Moment             // time.Time, kept in milliseconds; the zero time is missing
)

// Column is a column of a table.
type Column struct {
	Name string
	Kind Kind
	// Open keeps the values as they are, so that each lies in one piece in the
	// file. Placed then tells where: its row from 0, its offset and its length.
	Open   bool
	Placed func(row, offset, length int64)
}

// groupBytes is about how much of a table is held before it is written.
const groupBytes = 16 << 20

// Writer writes one table. It is not safe for concurrent use.
type Writer struct {
	out     io.Writer
	at      int64 // offset in the file
	columns []column
	rows    int64 // of the group that is held
	held    int
	total   int64
	groups  []group
	zstd    *zstd.Encoder
	err     error
}

type column struct {
	Column
	missing bool   // some values may be
	levels  []byte // 1 where there is a value
	values  []byte
	bits    int // of Truth
	starts  []int64
}

type group struct {
	rows, bytes int64
	chunks      []chunk
}

type chunk struct {
	at, packed, plain, values int64
	codec                     int32
}

const magic = "PAR1"

// NewWriter begins a table.
func NewWriter(out io.Writer, columns ...Column) (*Writer, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	w := &Writer{out: out, zstd: z}
	for _, c := range columns {
		w.columns = append(w.columns, column{Column: c, missing: !c.Open})
	}
	w.write([]byte(magic))
	return w, w.err
}

// Row adds a row: a value for each column.
func (w *Writer) Row(values ...any) error {
	if w.err == nil && len(values) != len(w.columns) {
		w.err = fmt.Errorf("parquet: %d values for %d columns", len(values), len(w.columns))
	}
	for i, value := range values {
		if w.err != nil {
			return w.err
		}
		n, err := w.columns[i].add(value)
		w.held, w.err = w.held+n, err
	}
	w.rows++
	if w.held >= groupBytes {
		w.flush()
	}
	return w.err
}

// add packs a value and tells its size.
func (c *column) add(value any) (int, error) {
	if t, ok := value.(time.Time); ok && t.IsZero() {
		value = nil
	}
	if value == nil && !c.missing {
		return 0, fmt.Errorf("parquet: column %s lacks a value", c.Name)
	}
	if value == nil {
		c.levels = append(c.levels, 0)
		return 1, nil
	}
	before := len(c.values)
	ok := true
	switch c.Kind {
	case Text:
		var v string
		v, ok = value.(string)
		c.values = append(binary.LittleEndian.AppendUint32(c.values, uint32(len(v))), v...)
	case Bytes:
		var v []byte
		v, ok = value.([]byte)
		c.starts = append(c.starts, int64(len(c.values))+4)
		c.values = append(binary.LittleEndian.AppendUint32(c.values, uint32(len(v))), v...)
	case Number:
		var v int64
		v, ok = value.(int64)
		c.values = binary.LittleEndian.AppendUint64(c.values, uint64(v))
	case Moment:
		var v time.Time
		v, ok = value.(time.Time)
		c.values = binary.LittleEndian.AppendUint64(c.values, uint64(v.UnixMilli()))
	case Truth:
		var v bool
		v, ok = value.(bool)
		if c.bits%8 == 0 {
			c.values = append(c.values, 0)
		}
		if v {
			c.values[c.bits/8] |= 1 << (c.bits % 8)
		}
		c.bits++
	}
	if !ok {
		return 0, fmt.Errorf("parquet: column %s does not hold a %T", c.Name, value)
	}
	c.levels = append(c.levels, 1)
	return 1 + len(c.values) - before, nil
}

// page is the column's values as they stand in a page.
func (c *column) page() []byte {
	if !c.missing {
		return c.values
	}
	var runs []byte // of equal levels, in the RLE encoding
	for from := 0; from < len(c.levels); {
		to := from
		for to < len(c.levels) && c.levels[to] == c.levels[from] {
			to++
		}
		runs = append(binary.AppendUvarint(runs, uint64(to-from)<<1), c.levels[from])
		from = to
	}
	page := binary.LittleEndian.AppendUint32(make([]byte, 0, 4+len(runs)+len(c.values)), uint32(len(runs)))
	return append(append(page, runs...), c.values...)
}

func (w *Writer) write(b []byte) {
	if w.err != nil {
		return
	}
	n, err := w.out.Write(b)
	w.at, w.err = w.at+int64(n), err
}

// flush writes the rows that are held as a row group.
func (w *Writer) flush() {
	if w.rows == 0 || w.err != nil {
		return
	}
	g := group{rows: w.rows}
	for i := range w.columns {
		c := w.chunk(&w.columns[i])
		g.chunks, g.bytes = append(g.chunks, c), g.bytes+c.plain
	}
	w.groups, w.total = append(w.groups, g), w.total+w.rows
	w.rows, w.held = 0, 0
}

const (
	codecNone = 0
	codecZstd = 6
)

func (w *Writer) chunk(c *column) chunk {
	plain := c.page()
	packed, codec := plain, int32(codecNone)
	if !c.Open {
		packed, codec = w.zstd.EncodeAll(plain, nil), codecZstd
	}
	head := pageHeader(len(plain), len(packed), int(w.rows))
	done := chunk{at: w.at, packed: int64(len(head) + len(packed)), plain: int64(len(head) + len(plain)), values: w.rows, codec: codec}
	w.write(head)
	if c.Open && c.Placed != nil {
		for i, start := range c.starts {
			length := int64(binary.LittleEndian.Uint32(c.values[start-4:]))
			c.Placed(w.total+int64(i), w.at+start, length)
		}
	}
	w.write(packed)
	c.levels, c.values, c.starts, c.bits = c.levels[:0], c.values[:0], c.starts[:0], 0
	return done
}

// Close writes what is left and the footer; it does not close the output.
func (w *Writer) Close() error {
	w.flush()
	footer := w.footer()
	w.write(footer)
	w.write(append(binary.LittleEndian.AppendUint32(nil, uint32(len(footer))), magic...))
	return w.err
}

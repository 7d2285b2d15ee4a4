package parquet

// The numbers of the specification.
const (
	encodingPlain = 0
	encodingRLE   = 3

	repetitionRequired = 0
	repetitionOptional = 1

	convertedUTF8   = 0
	convertedMillis = 9
)

// physical are the types as they are stored, converted what they mean, -1 for
// nothing more.
var (
	physical  = map[Kind]int32{Text: 6, Bytes: 6, Number: 2, Moment: 2, Truth: 0}
	converted = map[Kind]int32{Text: convertedUTF8, Bytes: -1, Number: -1, Moment: convertedMillis, Truth: -1}
)

// pageHeader heads a data page of version 1.
func pageHeader(plain, packed, values int) []byte {
	var t thrift
	t.structure(func() {
		t.i32(1, 0) // DATA_PAGE
		t.i32(2, int32(plain))
		t.i32(3, int32(packed))
		t.nested(5, func() {
			t.i32(1, int32(values))
			t.i32(2, encodingPlain)
			t.i32(3, encodingRLE)
			t.i32(4, encodingRLE)
		})
	})
	return t.b
}

// footer is the FileMetaData.
func (w *Writer) footer() []byte {
	var t thrift
	t.structure(func() {
		t.i32(1, 1)
		t.list(2, thriftStruct, len(w.columns)+1, func(i int) {
			t.structure(func() { w.element(&t, i-1) })
		})
		t.i64(3, w.total)
		t.list(4, thriftStruct, len(w.groups), func(i int) {
			t.structure(func() { w.rowGroup(&t, &w.groups[i]) })
		})
		t.text(6, "huiyin")
	})
	return t.b
}

// element describes a column, or the table itself for -1.
func (w *Writer) element(t *thrift, i int) {
	if i < 0 {
		t.text(4, "huiyin")
		t.i32(5, int32(len(w.columns)))
		return
	}
	c := &w.columns[i]
	repetition := int32(repetitionRequired)
	if c.missing {
		repetition = repetitionOptional
	}
	t.i32(1, physical[c.Kind])
	t.i32(3, repetition)
	t.text(4, c.Name)
	if meaning := converted[c.Kind]; meaning >= 0 {
		t.i32(6, meaning)
	}
}

func (w *Writer) rowGroup(t *thrift, g *group) {
	t.list(1, thriftStruct, len(g.chunks), func(i int) {
		c := &g.chunks[i]
		t.structure(func() {
			t.i64(2, c.at)
			t.nested(3, func() {
				t.i32(1, physical[w.columns[i].Kind])
				t.list(2, thriftI32, 2, func(n int) { t.b = append(t.b, byte([]int{encodingPlain, encodingRLE}[n]<<1)) })
				t.list(3, thriftBinary, 1, func(int) { t.raw(w.columns[i].Name) })
				t.i32(4, c.codec)
				t.i64(5, c.values)
				t.i64(6, c.plain)
				t.i64(7, c.packed)
				t.i64(9, c.at)
			})
		})
	})
	t.i64(2, g.bytes)
	t.i64(3, g.rows)
}

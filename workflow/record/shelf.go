package record

import (
	_ "embed"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// A finished ticket is put on the shelf: what it was received with and its
// events lie in one field, compressed with a dictionary of how such tickets
// read. A step that opens it again takes it down. What is compressed is byte
// for byte what was there, so the chain holds.

// shelfDictionary was trained once, on made-up tickets; stores depend on it, so
// it never changes. Another one would get another number.
//
//go:embed shelf.dict
var shelfDictionary []byte

// ShelfFormat is the first byte of what lies on the shelf, and the number of its
// dictionary.
const ShelfFormat = 1

// shelfLimit bounds what a damaged record may unfold to.
const shelfLimit = 64 << 20

var shelfCoder = sync.OnceValues(func() (*zstd.Encoder, *zstd.Decoder) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderDict(shelfDictionary), zstd.WithEncoderCRC(false),
		zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithWindowSize(1<<18), zstd.WithLowerEncoderMem(true), zstd.WithEncoderConcurrency(2))
	if err != nil {
		panic("record: shelf dictionary: " + err.Error()) // embedded: seen by every test
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderDicts(shelfDictionary), zstd.WithDecoderMaxMemory(shelfLimit), zstd.WithDecoderConcurrency(2))
	if err != nil {
		panic("record: shelf dictionary: " + err.Error())
	}
	return encoder, decoder
})

// Shelve packs progress, body and events into one value.
func Shelve(progress, body []byte, events [][]byte) []byte {
	encoder, _ := shelfCoder()
	return encoder.EncodeAll(Row(progress, body, events), []byte{ShelfFormat})
}

// Row lays progress, body and events one after the other.
func Row(progress, body []byte, events [][]byte) []byte {
	var p packer
	p.text(string(body))
	p.uint(uint64(len(events)))
	for _, e := range events {
		p.text(string(e))
	}
	p.text(string(progress))
	return p.b
}

// Unshelve is the inverse of shelve.
func Unshelve(b []byte) (progress, body []byte, events [][]byte, err error) {
	if len(b) == 0 || b[0] != ShelfFormat {
		return nil, nil, nil, Malformed("shelf format")
	}
	_, decoder := shelfCoder()
	plain, err := decoder.DecodeAll(b[1:], nil)
	if err != nil {
		return nil, nil, nil, Malformed("shelf")
	}
	u := unpacker{b: plain}
	body = u.bytes(u.uint())
	events = make([][]byte, u.count())
	for i := range events {
		events[i] = u.bytes(u.uint())
	}
	progress = u.bytes(u.uint())
	return progress, body, events, u.done("shelf")
}

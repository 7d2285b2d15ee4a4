// Package xls reads the rows of old Excel workbooks: BIFF8 (Excel 97 to 2003)
// and BIFF5 (Excel 5 and 95), as [MS-XLS] and the OpenOffice documentation of
// the format describe them, out of their compound file.
package xls

import (
	"encoding/binary"
	"errors"
	"io"

	"github.com/richardlehane/mscfb"
)

// What is refused; the caller says it in words.
var (
	ErrPassword   = errors.New("xls: the workbook has a password")
	ErrEncrypted  = errors.New("xls: an encrypted xlsx")
	ErrNoWorkbook = errors.New("xls: no workbook in this compound file")
	ErrVersion    = errors.New("xls: a version of the format that is not read")
	ErrCorrupt    = errors.New("xls: the workbook is damaged")
)

// maxStream is more than 65,536 rows of long texts need.
const maxStream = 512 << 20

// workbookStream finds the stream that holds the workbook. Small report
// programs write the bare stream, without the compound file around it.
func workbookStream(r io.ReaderAt, size int64) ([]byte, error) {
	var head [2]byte
	if n, _ := r.ReadAt(head[:], 0); n == len(head) && binary.LittleEndian.Uint16(head[:]) == recBOF && size <= maxStream {
		return io.ReadAll(io.NewSectionReader(r, 0, size))
	}
	compound, err := mscfb.New(r)
	if err != nil {
		return nil, ErrCorrupt
	}
	var old *mscfb.File
	for _, entry := range compound.File {
		if entry.Size < 0 || entry.Size > min(size, maxStream) {
			continue
		}
		switch entry.Name {
		case "Workbook":
			return readStream(entry)
		case "Book": // BIFF5; some programs write both
			old = entry
		case "EncryptedPackage":
			return nil, ErrEncrypted
		}
	}
	if old == nil {
		return nil, ErrNoWorkbook
	}
	return readStream(old)
}

func readStream(entry *mscfb.File) ([]byte, error) {
	stream := make([]byte, entry.Size)
	if _, err := io.ReadFull(entry, stream); err != nil {
		return nil, ErrCorrupt
	}
	return stream, nil
}

// The records that are read.
const (
	recEOF        = 0x000A
	recBOF        = 0x0809
	recBoundSheet = 0x0085
	recFilePass   = 0x002F
	recDate1904   = 0x0022
	recFormat     = 0x041E
	recXF         = 0x00E0
	recSST        = 0x00FC
	recContinue   = 0x003C

	recLabelSST = 0x00FD
	recLabel    = 0x0204
	recRString  = 0x00D6
	recNumber   = 0x0203
	recRK       = 0x027E
	recMulRK    = 0x00BD
	recFormula  = 0x0006
	recFormula3 = 0x0206
	recFormula4 = 0x0406
	recString   = 0x0207
	recBoolErr  = 0x0205
)

// record is one record of the stream.
type record struct {
	kind uint16
	data []byte
	next int // offset of what follows
}

// recordAt reads the record at an offset; false at the end of the stream.
func recordAt(stream []byte, at int) (record, bool) {
	if at < 0 || at+4 > len(stream) {
		return record{}, false
	}
	size := int(binary.LittleEndian.Uint16(stream[at+2:]))
	if at+4+size > len(stream) {
		return record{}, false
	}
	return record{kind: binary.LittleEndian.Uint16(stream[at:]), data: stream[at+4 : at+4+size], next: at + 4 + size}, true
}

// u16 and u32 read a field; a field beyond the end of its record is 0, as
// programs leave out trailing fields.
func (r record) u16(at int) uint16 {
	if at+2 > len(r.data) {
		return 0
	}
	return binary.LittleEndian.Uint16(r.data[at:])
}

func (r record) u32(at int) uint32 {
	if at+4 > len(r.data) {
		return 0
	}
	return binary.LittleEndian.Uint32(r.data[at:])
}

func (r record) u64(at int) uint64 {
	return uint64(r.u32(at)) | uint64(r.u32(at+4))<<32
}

func (r record) byteAt(at int) byte {
	if at >= len(r.data) {
		return 0
	}
	return r.data[at]
}

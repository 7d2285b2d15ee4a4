package filetype

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"slices"
)

// Markers of JPEG (ITU-T T.81) that matter here.
const (
	markerSOI, markerEOI, markerSOS = 0xd8, 0xd9, 0xda
	markerExif, markerLastApp       = 0xe1, 0xef
	markerComment                   = 0xfe
)

// cleanJPEG keeps the picture, its colour profile and how it is to be turned,
// and drops every other note that the camera made: EXIF with its place, XMP,
// comments, and what hangs on behind the picture.
func cleanJPEG(b []byte) ([]byte, error) {
	out := append(make([]byte, 0, len(b)), b[:2]...)
	at, turned := 2, false
	for at+4 <= len(b) {
		if b[at] != 0xff {
			return nil, ErrBroken
		}
		marker := b[at+1]
		switch marker {
		case 0xff: // a fill byte
			at++
			continue
		case markerEOI:
			return append(out, 0xff, markerEOI), nil
		}
		end := at + 2 + int(binary.BigEndian.Uint16(b[at+2:]))
		if end > len(b) || end < at+4 {
			return nil, ErrBroken
		}
		segment := b[at:end]
		switch {
		case marker == markerExif:
			if o := orientation(segment); o > 1 && !turned {
				out, turned = append(out, orientationOnly(o)...), true
			}
		case noteOfTheCamera(marker, segment):
		default:
			out = append(out, segment...)
		}
		at = end
		if marker == markerSOS {
			next := scanEnd(b, at)
			out = append(out, b[at:next]...)
			at = next
		}
	}
	if at+2 <= len(b) && b[at] == 0xff && b[at+1] == markerEOI {
		return append(out, 0xff, markerEOI), nil
	}
	return nil, ErrBroken
}

// noteOfTheCamera reports what is not needed to show the picture. JFIF (APP0),
// the colour profile (APP2) and Adobe's colour transform (APP14) are.
func noteOfTheCamera(marker byte, segment []byte) bool {
	switch marker {
	case 0xe0, 0xee:
		return false
	case 0xe2:
		return !bytes.HasPrefix(segment[4:], []byte("ICC_PROFILE\x00"))
	}
	return marker >= markerExif && marker <= markerLastApp || marker == markerComment
}

// scanEnd finds the marker after entropy-coded data.
func scanEnd(b []byte, at int) int {
	for ; at+1 < len(b); at++ {
		if b[at] == 0xff && b[at+1] != 0 && (b[at+1] < 0xd0 || b[at+1] > 0xd7) {
			return at
		}
	}
	return len(b)
}

const tagOrientation = 0x0112

// orientation reads how an EXIF segment says the picture is to be turned, 0
// when it does not say.
func orientation(segment []byte) uint16 {
	tiff, ok := bytes.CutPrefix(segment[4:], []byte("Exif\x00\x00"))
	if !ok || len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > len(tiff) {
		return 0
	}
	n := int(order.Uint16(tiff[at:]))
	for i := range n {
		entry := at + 2 + 12*i
		if entry+12 > len(tiff) {
			return 0
		}
		if order.Uint16(tiff[entry:]) == tagOrientation {
			if o := order.Uint16(tiff[entry+8:]); o <= 8 {
				return o
			}
			return 0
		}
	}
	return 0
}

// orientationOnly is an EXIF segment that says how to turn the picture and
// nothing else.
func orientationOnly(o uint16) []byte {
	tiff := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01")
	tiff = append(tiff, byte(o>>8), byte(o), 0, 0, 0, 0, 0, 0)
	body := append([]byte("Exif\x00\x00"), tiff...)
	return append([]byte{0xff, markerExif, 0, byte(len(body) + 2)}, body...)
}

// keptChunks are those of a PNG that say how it looks.
var keptChunks = []string{"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD", "pHYs", "acTL", "fcTL", "fdAT"}

// cleanPNG keeps the chunks that show the picture and drops texts and EXIF.
func cleanPNG(b []byte) ([]byte, error) {
	const signature = 8
	out := append(make([]byte, 0, len(b)), b[:signature]...)
	for at := signature; at+12 <= len(b); {
		end := at + 12 + int(binary.BigEndian.Uint32(b[at:]))
		if end < at || end > len(b) || crc32.ChecksumIEEE(b[at+4:end-4]) != binary.BigEndian.Uint32(b[end-4:]) {
			return nil, ErrBroken
		}
		name := string(b[at+4 : at+8])
		if slices.Contains(keptChunks, name) {
			out = append(out, b[at:end]...)
		}
		if name == "IEND" {
			return out, nil
		}
		at = end
	}
	return nil, ErrBroken
}

// cleanFilm turns the boxes that may tell a place into free room: user data and
// metadata of the film and its tracks. The offsets of the samples stay.
func cleanFilm(b []byte) []byte {
	out := slices.Clone(b)
	blankBoxes(out, 0)
	return out
}

func blankBoxes(b []byte, depth int) {
	for at := 0; at+8 <= len(b); {
		size := int(binary.BigEndian.Uint32(b[at:]))
		header := 8
		switch {
		case size == 1 && at+16 <= len(b):
			long := binary.BigEndian.Uint64(b[at+8:])
			if long > uint64(len(b)) {
				return
			}
			size, header = int(long), 16
		case size == 0:
			size = len(b) - at
		}
		if size < header || at+size > len(b) {
			return
		}
		switch string(b[at+4 : at+8]) {
		case "udta", "meta", "uuid":
			copy(b[at+4:], "free")
			clear(b[at+header : at+size])
		case "moov", "trak":
			if depth < 3 {
				blankBoxes(b[at+header:at+size], depth+1)
			}
		}
		at += size
	}
}

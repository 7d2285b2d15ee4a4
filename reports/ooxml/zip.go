// Package ooxml has what all office documents share: packing parts so that the
// same content gives the same bytes, and escaping text.
package ooxml

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Part is a file of a package.
type Part struct {
	Name string
	Data []byte
}

// epoch is the time that every part carries: the first that a zip can say.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// dosEpoch is the same time in the form that a header holds.
const dosEpoch = 1<<5 | 1

const typesPart = "[Content_Types].xml"

// WriteZip packs parts in the given order with a fixed time.
func WriteZip(w io.Writer, parts []Part) error {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.DefaultCompression)
	})
	for _, p := range parts {
		f, err := z.CreateHeader(&zip.FileHeader{Name: p.Name, Method: zip.Deflate, Modified: epoch})
		if err != nil {
			return err
		}
		if _, err := f.Write(p.Data); err != nil {
			return err
		}
	}
	return z.Close()
}

// typeEntry is an entry of [Content_Types].xml.
var typeEntry = regexp.MustCompile(`<(Default|Override) [^>]*></(Default|Override)>`)

// sortTypes puts the entries of [Content_Types].xml, which some writers take
// from a map, into one order.
func sortTypes(part []byte) []byte {
	entries := typeEntry.FindAll(part, -1)
	if len(entries) == 0 {
		return part
	}
	first := typeEntry.FindIndex(part)[0]
	sorted := slices.Clone(entries)
	slices.SortFunc(sorted, bytes.Compare)
	rest := typeEntry.ReplaceAll(part[first:], nil)
	return slices.Concat(part[:first], bytes.Join(sorted, nil), rest)
}

// Repack writes a package again with its parts and content types sorted and
// fixed times: the same workbook then has the same bytes.
func Repack(w io.Writer, packed []byte) error {
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return err
	}
	files := slices.SortedFunc(slices.Values(z.File), func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	out := zip.NewWriter(w)
	for _, f := range files {
		err := copyPart(out, f)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return out.Close()
}

// copyPart takes a part over as it is packed: a sheet may be too large to unpack.
func copyPart(out *zip.Writer, f *zip.File) error {
	if f.Name == typesPart {
		return sortedTypes(out, f)
	}
	packed, err := f.OpenRaw()
	if err != nil {
		return err
	}
	head := &zip.FileHeader{
		Name: f.Name, Method: f.Method, CRC32: f.CRC32,
		CompressedSize64: f.CompressedSize64, UncompressedSize64: f.UncompressedSize64,
	}
	head.ModifiedDate = dosEpoch //nolint:staticcheck // a part that is copied raw has its head written as it stands
	part, err := out.CreateRaw(head)
	if err != nil {
		return err
	}
	_, err = io.Copy(part, packed)
	return err
}

func sortedTypes(out *zip.Writer, f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	part, err := out.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: epoch})
	if err != nil {
		return err
	}
	_, err = part.Write(sortTypes(data))
	return err
}

// Text escapes a text for XML, and drops what XML cannot hold.
func Text(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(strings.ToValidUTF8(s, "")))
	return b.String()
}

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
	var parts []Part
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return err
		}
		data, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		if f.Name == "[Content_Types].xml" {
			data = sortTypes(data)
		}
		parts = append(parts, Part{f.Name, data})
	}
	slices.SortFunc(parts, func(a, b Part) int { return strings.Compare(a.Name, b.Name) })
	return WriteZip(w, parts)
}

// Text escapes a text for XML, and drops what XML cannot hold.
func Text(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(strings.ToValidUTF8(s, "")))
	return b.String()
}

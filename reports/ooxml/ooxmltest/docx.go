package ooxmltest

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"
)

// Parts unpacks a package.
func Parts(t testing.TB, packed []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if parts[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
	return parts
}

// Docx checks the parts of a docx: children in schema order, a content type for
// every part, a part for every target. It returns how many parts it checked.
func Docx(t testing.TB, parts map[string][]byte) int {
	t.Helper()
	checked := 0
	types := string(parts["[Content_Types].xml"])
	for name, data := range parts {
		if !strings.HasSuffix(name, ".xml") || strings.HasPrefix(name, "[") {
			continue
		}
		if !strings.Contains(types, `"/`+name+`"`) {
			t.Errorf("%s has no content type", name)
		}
		order := wordOrder
		switch {
		case strings.HasPrefix(name, "word/charts/chart"):
			order = chartOrder
		case !strings.HasPrefix(name, "word/"):
			continue
		}
		checked++
		if err := order.Check(data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, target := range strings.Split(string(parts["word/_rels/document.xml.rels"]), `Target="`)[1:] {
		target = target[:strings.Index(target, `"`)]
		if parts["word/"+target] == nil {
			t.Errorf("target %s is missing", target)
		}
	}
	return checked
}

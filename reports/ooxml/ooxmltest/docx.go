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

// Docx checks the parts of a docx: children in schema order, required attributes
// and their values, a content type for every part, a part for every target, a
// style and a relationship for every reference, unique ids of drawings. It returns how many parts it checked.
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
		order, attributes := wordOrder, wordAttributes
		switch {
		case strings.HasPrefix(name, "word/charts/chart"):
			order, attributes = chartOrder, chartAttributes
		case !strings.HasPrefix(name, "word/"):
			continue
		}
		checked++
		if err := order.Check(data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := attributes.Check(data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	references(t, parts)
	for _, target := range strings.Split(string(parts["word/_rels/document.xml.rels"]), `Target="`)[1:] {
		target = target[:strings.Index(target, `"`)]
		if parts["word/"+target] == nil {
			t.Errorf("target %s is missing", target)
		}
	}
	return checked
}

// references checks what a schema cannot: that names lead to something.
func references(t testing.TB, parts map[string][]byte) {
	t.Helper()
	document, styles, rels := string(parts["word/document.xml"]), string(parts["word/styles.xml"]), string(parts["word/_rels/document.xml.rels"])
	for _, id := range values(document, `<w:pStyle w:val="`) {
		if !strings.Contains(styles, `w:styleId="`+id+`"`) {
			t.Errorf("style %s is not defined", id)
		}
	}
	for _, id := range values(document, `r:id="`) {
		if !strings.Contains(rels, `Id="`+id+`"`) {
			t.Errorf("relationship %s is not defined", id)
		}
	}
	seen := map[string]bool{}
	for _, id := range values(document, `<wp:docPr id="`) {
		if seen[id] {
			t.Errorf("two drawings have the id %s", id)
		}
		seen[id] = true
	}
}

// values are what stands between a text and the next quote, wherever it occurs.
func values(in, before string) []string {
	var out []string
	for _, rest := range strings.Split(in, before)[1:] {
		out = append(out, rest[:strings.IndexByte(rest, '"')])
	}
	return out
}

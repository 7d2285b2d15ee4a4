package xmlscan

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// trace writes what a scanner sees, one token a line.
func trace(s *Scanner) (string, error) {
	var b strings.Builder
	for {
		kind, err := s.Next()
		switch {
		case errors.Is(err, io.EOF):
			return b.String(), nil
		case err != nil:
			return b.String(), err
		}
		switch kind {
		case Open:
			fmt.Fprintf(&b, "<%s r=%q>\n", s.Name(), s.Attr("r"))
		case Close:
			b.WriteString("</>\n")
		case Chars:
			fmt.Fprintf(&b, "%q\n", s.AppendText(nil))
		}
	}
}

func TestNext(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"prefixes are dropped":           {`<x:row x:r="1"></x:row>`, "<row r=\"1\">\n</>\n"},
		"a self-closing tag is closed":   {`<c r='B2' s="1"/>`, "<c r=\"B2\">\n</>\n"},
		"entities are resolved":          {`<v r="&lt;&#65;">a&amp;b&#x4E2D;&nope;</v>`, "<v r=\"<A\">\n\"a&b中&nope;\"\n</>\n"},
		"CDATA is text as it stands":     {`<v><![CDATA[<b>&amp;]]></v>`, "<v r=\"\">\n\"<b>&amp;\"\n</>\n"},
		"comments and heads are skipped": {`<?xml version="1.0"?><!-- <x> --><v/>`, "<v r=\"\">\n</>\n"},
		"a > in a value ends no tag":     {`<v a="x>y" r="2"/>`, "<v r=\"2\">\n</>\n"},
		"space around = is allowed":      {"<v\n r = '3' />", "<v r=\"3\">\n</>\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := trace(New(strings.NewReader(c.in)))
			if err != nil || got != c.want {
				t.Errorf("got %s (%v), want %s", got, err, c.want)
			}
			slow, err := trace(New(iotest.OneByteReader(strings.NewReader(c.in))))
			if err != nil || joined(slow) != joined(c.want) {
				t.Errorf("byte by byte: got %s (%v)", slow, err)
			}
		})
	}
}

// joined ignores where a text was cut in two.
func joined(trace string) string { return strings.ReplaceAll(trace, "\"\n\"", "") }

func TestNextRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want error
	}{
		"a file that ends with tags open":  {`<a><b></b>`, io.ErrUnexpectedEOF},
		"a file that ends inside of a tag": {`<a r="1`, io.ErrUnexpectedEOF},
		"a document type":                  {`<!DOCTYPE a [<!ENTITY b "c">]><a/>`, ErrDoctype},
		"a closing tag too many":           {`<a></a></a>`, ErrSyntax},
		"a tag inside of a tag":            {`<a <b>`, ErrSyntax},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := trace(New(strings.NewReader(c.in))); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
	t.Run("a text without end", func(t *testing.T) {
		endless := io.MultiReader(strings.NewReader("<a>"), strings.NewReader(strings.Repeat("长", maxToken)))
		if _, err := trace(New(endless)); !errors.Is(err, ErrTooLong) {
			t.Errorf("got %v", err)
		}
	})
}

func TestSkip(t *testing.T) {
	s := New(strings.NewReader(`<a><b><c/>x<d>y</d></b><e/></a>`))
	for range 2 {
		if _, err := s.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Skip(); err != nil {
		t.Fatal(err)
	}
	if kind, err := s.Next(); kind != Open || string(s.Name()) != "e" || err != nil {
		t.Errorf("after b comes %v %s (%v), want e", kind, s.Name(), err)
	}
}

// FuzzAgainstStandard: whatever encoding/xml accepts in strict mode is read
// here to the same text and the same number of elements.
func FuzzAgainstStandard(f *testing.F) {
	for _, seed := range []string{`<a><b r="1">x&amp;y</b><!-- c --><d/></a>`, `<a>中<![CDATA[<]]></a>`, `<a`, `<!DOCTYPE x><a/>`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		elements, text, standardErr := readStandard(in)
		opens, got, err := readOurs(in)
		if standardErr != nil || strings.Contains(in, "<!D") || strings.Contains(in, "\r") {
			return
		}
		if errors.Is(err, ErrDoctype) {
			return
		}
		if err != nil {
			t.Fatalf("%q: %v, the standard library reads it", in, err)
		}
		if opens != elements || got != text {
			t.Errorf("%q: %d elements %q, the standard library %d %q", in, opens, got, elements, text)
		}
	})
}

func readOurs(in string) (elements int, text string, err error) {
	var got []byte
	s := New(strings.NewReader(in))
	for {
		kind, err := s.Next()
		if errors.Is(err, io.EOF) {
			return elements, string(got), nil
		}
		if err != nil {
			return elements, string(got), err
		}
		switch kind {
		case Open:
			elements++
		case Chars:
			got = s.AppendText(got)
		case Close:
		}
	}
}

func readStandard(in string) (elements int, text string, err error) {
	var b strings.Builder
	d := xml.NewDecoder(strings.NewReader(in))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return elements, b.String(), nil
		}
		if err != nil {
			return elements, b.String(), err
		}
		switch tok := token.(type) {
		case xml.StartElement:
			elements++
		case xml.CharData:
			b.Write(tok)
		}
	}
}

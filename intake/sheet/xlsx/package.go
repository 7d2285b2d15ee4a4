// Package xlsx reads the rows of Excel workbooks (ECMA-376) as a stream, with
// what the file says of each cell: a text, a number, a date by its format. Of a
// workbook it keeps the shared texts (in a temporary file when there are many)
// and one row in memory.
package xlsx

import (
	"archive/zip"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"

	"huiyin/intake/sheet/xmlscan"
)

// What a package may unpack to. DEFLATE cannot do better than 1032 to 1, and
// real sheets are far below the ratio here.
const (
	maxMembers  = 2000
	maxUnpacked = 1 << 30
	maxRatio    = 200
	freeOfRatio = 32 << 20
)

// What is refused; the caller says it in words.
var (
	ErrBomb       = errors.New("xlsx: unpacks to more than is allowed")
	ErrNoWorkbook = errors.New("xlsx: no workbook in this package")
	ErrBinary     = errors.New("xlsx: binary workbook (xlsb)")
	ErrCell       = errors.New("xlsx: a cell outside of the grid")
)

// parts are the members of the package by their lower-case name.
type parts struct {
	members map[string]*zip.File
	left    int64 // bytes that may still be unpacked
}

func openParts(r io.ReaderAt, size int64) (*parts, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, err
	}
	if len(z.File) > maxMembers {
		return nil, ErrBomb
	}
	p := &parts{members: make(map[string]*zip.File, len(z.File)), left: min(maxUnpacked, size*maxRatio+freeOfRatio)}
	for _, f := range z.File {
		p.members[memberName(f.Name)] = f
	}
	return p, nil
}

// memberName evens out what some programs write: other case, back slashes, a
// leading slash.
func memberName(name string) string {
	return strings.TrimPrefix(strings.ToLower(strings.ReplaceAll(name, `\`, "/")), "/")
}

// open gives a member's content, counted against what the package may unpack to.
func (p *parts) open(name string) (io.ReadCloser, error) {
	f, ok := p.members[memberName(name)]
	if !ok {
		return nil, fs.ErrNotExist
	}
	rc, err := f.Open()
	if err != nil {
		return nil, err
	}
	return &counted{ReadCloser: rc, left: &p.left}, nil
}

type counted struct {
	io.ReadCloser
	left *int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	if *c.left -= int64(n); *c.left < 0 {
		return 0, ErrBomb
	}
	return n, err
}

// scan calls visit for every opening tag of a member. A member that is not
// there has none.
func (p *parts) scan(name string, visit func(s *xmlscan.Scanner) error) error {
	rc, err := p.open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = rc.Close() }() // only read: nothing is lost
	s := xmlscan.New(rc)
	for {
		kind, err := s.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if kind == xmlscan.Open {
			if err := visit(s); err != nil {
				return err
			}
		}
	}
}

// relation is one line of a .rels part.
type relation struct{ kind, target string }

// relations reads the relations of a part by their ids. Targets are names
// within the package.
func (p *parts) relations(part string) (map[string]relation, error) {
	dir, base := path.Split(part)
	found := map[string]relation{}
	err := p.scan(dir+"_rels/"+base+".rels", func(s *xmlscan.Scanner) error {
		if string(s.Name()) == "Relationship" && !strings.EqualFold(s.Attr("TargetMode"), "External") {
			target := strings.ReplaceAll(s.Attr("Target"), `\`, "/")
			if !strings.HasPrefix(target, "/") {
				target = path.Join("/", dir, target)
			}
			found[s.Attr("Id")] = relation{kind: path.Base(s.Attr("Type")), target: target}
		}
		return nil
	})
	return found, err
}

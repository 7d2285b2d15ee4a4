// Package archive keeps finished tickets outside the store: in a folder of
// Parquet files, one or more for each month in which tickets were finished. A
// file is written once, whole, and never changed. The store keeps of each ticket
// where it lies, so it can be read by itself, and the end of its hash chain, so
// a changed file is noticed. Analysts read the other columns of the same file.
package archive

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"huiyin/internal/parquet"
	"huiyin/ticket"
)

// Entry is one ticket as it goes into a file.
type Entry struct {
	Ticket *ticket.Ticket // without its history
	Head   []byte         // where its hash chain ends
	Record []byte         // as it lay in the store
	Sealed []byte         // the caller's personal data, encrypted
}

// Errors of reading.
var (
	ErrMissing = errors.New("归档文件不在原处")
	ErrDamaged = errors.New("归档文件已损坏")
)

// Folder is the folder of the files. It is safe for concurrent use.
type Folder struct {
	dir  string
	mu   sync.Mutex
	open map[string]*os.File
}

// In is the archive in a folder, which is made with the first file.
func In(dir string) *Folder { return &Folder{dir: dir, open: map[string]*os.File{}} }

// filesOpen is how many files are held open.
const filesOpen = 64

const extension = ".parquet"

// Write makes a file of tickets that were finished in a month and tells, in
// their order, where each lies. The file is on the disk when it returns. Errors
// are Chinese.
func (f *Folder) Write(m ticket.Month, entries []Entry) ([]Ref, error) {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return nil, fmt.Errorf("归档目录 %s 建不了，请检查权限", f.dir)
	}
	file, name, err := f.create(m)
	if err != nil {
		return nil, fmt.Errorf("归档目录 %s 写不了，请检查权限和磁盘空间：%w", f.dir, err)
	}
	refs, err := write(file, name, entries)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return nil, fmt.Errorf("归档文件 %s 写不成，请检查磁盘空间：%w", name, errors.Join(err, os.Remove(file.Name())))
	}
	if err := errors.Join(os.Rename(file.Name(), filepath.Join(f.dir, name)), syncDir(f.dir)); err != nil {
		return nil, fmt.Errorf("归档文件 %s 写不成：%w", name, err)
	}
	return refs, nil
}

// create finds the next free name of a month.
func (f *Folder) create(m ticket.Month) (*os.File, string, error) {
	for n := 1; ; n++ {
		name := fmt.Sprintf("%s-%d%s", m, n, extension)
		if _, err := os.Lstat(filepath.Join(f.dir, name)); err == nil {
			continue
		}
		file, err := os.OpenFile(filepath.Join(f.dir, name+".part"), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
		return file, name, err
	}
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func write(file *os.File, name string, entries []Entry) ([]Ref, error) {
	refs := make([]Ref, len(entries))
	text := func(name string) parquet.Column { return parquet.Column{Name: name, Kind: parquet.Text} }
	moment := func(name string) parquet.Column { return parquet.Column{Name: name, Kind: parquet.Moment} }
	w, err := parquet.NewWriter(file,
		text("编号"), text("渠道"), text("来源编号"), text("状态"), text("诉求类型"), text("类别"), text("主办单位"), text("县区"),
		moment("受理时间"), moment("办结时间"), parquet.Column{Name: "步骤数", Kind: parquet.Number},
		text("标题"), text("内容"), parquet.Column{Name: "哈希", Kind: parquet.Bytes},
		parquet.Column{Name: "record", Kind: parquet.Bytes, Open: true, Placed: func(row, offset, _ int64) {
			e := &entries[row]
			refs[row] = Ref{File: strings.TrimSuffix(name, extension), Offset: offset, Record: len(e.Record), Sealed: len(e.Sealed), Sum: sum(e.Record, e.Sealed)}
		}})
	if err != nil {
		return nil, err
	}
	for i := range entries {
		if err := w.Row(row(&entries[i])...); err != nil {
			return nil, err
		}
	}
	return refs, w.Close()
}

func row(e *Entry) []any {
	t := e.Ticket
	title, content := t.Title, t.Content
	if t.Confidential {
		title, content = "", "" // they stay in the record, which nobody reads by chance
	}
	at := func(v time.Time) any { return v }
	return []any{
		string(t.ID), string(t.Channel), t.SourceNo, string(t.State), string(t.Kind), t.Category, t.Lead, t.County,
		at(t.ReceivedAt), at(t.ClosedAt), t.Version, title, content, e.Head,
		append(bytes.Clone(e.Record), e.Sealed...),
	}
}

func sum(parts ...[]byte) [8]byte {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return [8]byte(h.Sum(nil)[:8])
}

// Read gives what was written of a ticket. Errors are ErrMissing and
// ErrDamaged, or those of the disk.
func (f *Folder) Read(ref Ref) (record, sealed []byte, err error) {
	if !ref.sound() {
		return nil, nil, ErrDamaged
	}
	file, err := f.file(ref.File + extension)
	if err != nil {
		return nil, nil, err
	}
	b := make([]byte, ref.Record+ref.Sealed)
	if _, err := file.ReadAt(b, ref.Offset); err != nil {
		return nil, nil, ErrDamaged
	}
	record, sealed = b[:ref.Record], b[ref.Record:]
	if sum(record, sealed) != ref.Sum {
		return nil, nil, ErrDamaged
	}
	return record, sealed, nil
}

func (f *Folder) file(name string) (*os.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if file := f.open[name]; file != nil {
		return file, nil
	}
	file, err := os.Open(filepath.Join(f.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, err
	}
	if len(f.open) >= filesOpen {
		clear(f.open) // their last reader lets go of them, then the collector closes them
	}
	f.open[name] = file
	return file, nil
}

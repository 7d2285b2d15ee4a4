package witness

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"huiyin/ticket"
)

// A folder holds one file of roots a month. It is only ever added to.

const extension = ".jsonl"

func monthFile(dir string, m ticket.Month) string { return filepath.Join(dir, string(m)+extension) }

// lock keeps a folder to one writer, of this process or another.
func lock(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("根文件目录 %s 建不了：%w", dir, err)
	}
	file, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("根文件目录 %s 写不了：%w", dir, err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("根文件目录 %s 锁不住：%w", dir, err), file.Close())
	}
	return func() { _ = file.Close() }, nil
}

// months are the months of which a folder has a file, earliest first.
func months(dir string) ([]ticket.Month, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("根文件目录 %s 读不了：%w", dir, err)
	}
	var found []ticket.Month
	for _, e := range entries {
		m, ok := strings.CutSuffix(e.Name(), extension)
		if month, err := ticket.ParseMonth(m); ok && err == nil {
			found = append(found, month)
		}
	}
	slices.Sort(found)
	return found, nil
}

// lines reads a file line by line, with the place in the file at which each
// ends. What is not a line of roots comes as nil. A last line that was not
// written to its end is left out.
func lines(path string, each func(number int, ends int64, l *line) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	in := bufio.NewReaderSize(file, 1<<20)
	ends := int64(0)
	for number := 1; ; number++ {
		text, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		ends += int64(len(text))
		var l *line
		if parsed := (line{}); json.Unmarshal(text, &parsed) == nil && (parsed.Root != nil) != (parsed.Leaves != nil) {
			l = &parsed
		}
		if err := each(number, ends, l); err != nil {
			return err
		}
	}
}

// last finds the last root of a folder; nil when it has none.
func last(dir string, keys []string) (*Root, error) {
	all, err := months(dir)
	if err != nil {
		return nil, err
	}
	for _, m := range slices.Backward(all) {
		path := monthFile(dir, m)
		l, _, err := lastRoot(path)
		if err != nil {
			return nil, fmt.Errorf("根文件 %s 读不了：%w", path, err)
		}
		if l == nil {
			continue
		}
		r, err := unseal(l, keys)
		if err != nil {
			return nil, fmt.Errorf("根文件 %s 的最后一个根不是本机签的，或已被改动：请先运行 huiyin fsck 查明", path)
		}
		return r, nil
	}
	return nil, nil
}

// tailSize is how much of a file's end is looked at first: the line of a root
// is much shorter.
const tailSize = 64 << 10

// lastRoot finds the last root of a file, and where its line ends: what comes
// after was never finished.
func lastRoot(path string) (found *line, ends int64, err error) {
	if l, ends, err := rootAtEnd(path); l != nil || err != nil {
		return l, ends, err
	}
	err = lines(path, func(_ int, end int64, l *line) error {
		if l != nil && l.Root != nil {
			found, ends = l, end
		}
		return nil
	})
	return found, ends, err
}

// rootAtEnd reads the root with which a file ends; nil when it ends otherwise.
func rootAtEnd(path string) (*line, int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, 0, err
	}
	size := info.Size()
	tail := make([]byte, min(size, tailSize))
	if _, err := file.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return nil, 0, err
	}
	tail, whole := bytes.CutSuffix(tail, []byte("\n"))
	begins := bytes.LastIndexByte(tail, '\n') + 1
	var l line
	if !whole || begins == 0 && size > tailSize || json.Unmarshal(tail[begins:], &l) != nil || l.Root == nil {
		return nil, 0, nil
	}
	return &l, size, nil
}

// appendTo adds a root, with its leaves, to a file, on the disk when it returns.
// What was begun there and never finished goes.
func appendTo(path string, write func(io.Writer) error) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("根文件 %s 写不了：%w", path, err)
		}
	}()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	_, ends, err := lastRoot(path)
	if err != nil {
		return err
	}
	if err := file.Truncate(ends); err != nil {
		return err
	}
	if _, err := file.Seek(ends, io.SeekStart); err != nil {
		return err
	}
	out := bufio.NewWriterSize(file, 1<<20)
	if err := errors.Join(write(out), out.Flush()); err != nil {
		return errors.Join(err, file.Truncate(ends))
	}
	return errors.Join(file.Sync(), syncDir(filepath.Dir(path)))
}

// mirror brings a second folder up to the first: every file there is the
// beginning of the one here, and gets the rest.
func mirror(from, to string) error {
	all, err := months(from)
	if err != nil {
		return err
	}
	for _, m := range all {
		if err := mirrorFile(monthFile(from, m), monthFile(to, m)); err != nil {
			return fmt.Errorf("根文件的第二处 %s：%w", to, err)
		}
	}
	return nil
}

func mirrorFile(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	copied, err := os.OpenFile(to, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer copied.Close()
	have, err := copied.Stat()
	if err != nil {
		return err
	}
	whole, err := source.Stat()
	if err != nil || have.Size() == whole.Size() {
		return err // what it says is for fsck to compare
	}
	if have.Size() > whole.Size() || !sameBytes(source, copied, have.Size()) {
		return fmt.Errorf("%s 与本机的不同，没有往里写：请先运行 huiyin fsck 查明", filepath.Base(to))
	}
	_, err = io.Copy(copied, source) // both stand where the copy ended
	return errors.Join(err, copied.Sync(), syncDir(filepath.Dir(to)))
}

// sameBytes reports whether the first n bytes are the same.
func sameBytes(a, b io.Reader, n int64) bool {
	x, y := make([]byte, 1<<20), make([]byte, 1<<20)
	for n > 0 {
		part := min(n, int64(len(x)))
		if _, err := io.ReadFull(a, x[:part]); err != nil {
			return false
		}
		if _, err := io.ReadFull(b, y[:part]); err != nil || !bytes.Equal(x[:part], y[:part]) {
			return false
		}
		n -= part
	}
	return true
}

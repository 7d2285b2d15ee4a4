package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// ErrPassword is returned for an encrypted backup and no password, or another.
var ErrPassword = errors.New("备份是加密的：请用 --password-file 给出做备份时的密码")

// damaged says what is wrong with a backup file.
func damaged(path, why string) error {
	return fmt.Errorf("备份 %s 不能用：%s。请换一份备份", path, why)
}

// Verify reads a whole backup and compares it with its manifest. Errors are
// Chinese.
func Verify(ctx context.Context, path, password string) (*Manifest, error) {
	return read(ctx, path, password, func(string, io.Reader) error { return nil })
}

// Unpacked is where a backup was unpacked to: the data folder, and in it, to be
// moved to their places, the store's snapshot and the policy folder.
type Unpacked struct {
	Manifest *Manifest
	Store    string // file
	Policy   string // folder, empty when there is none
}

// Unpack verifies a backup while it unpacks it into dir, which must be empty or
// not there. After an error nothing is left of it. Errors are Chinese.
func Unpack(ctx context.Context, path, password, dir string) (_ *Unpacked, err error) {
	if err := vacant(dir); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, empty(dir))
		}
	}()
	u := &Unpacked{Store: filepath.Join(dir, storeName)}
	u.Manifest, err = read(ctx, path, password, func(name string, in io.Reader) error {
		rel := name
		switch {
		case name == storeName:
		case strings.HasPrefix(name, dataPrefix):
			rel = strings.TrimPrefix(name, dataPrefix)
		case strings.HasPrefix(name, policyPrefix):
			u.Policy = filepath.Join(dir, filepath.Clean(policyPrefix))
		default:
			return damaged(path, "里面有不认识的文件 "+name)
		}
		if !filepath.IsLocal(rel) {
			return damaged(path, "里面的文件名不合规矩")
		}
		return write(filepath.Join(dir, rel), in)
	})
	return u, err
}

// vacant refuses a folder with anything in it, and makes one that is not there.
func vacant(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("目录 %s 建不了，请检查上级目录的权限", dir)
		}
		return nil
	case err != nil:
		return fmt.Errorf("目录 %s 读不了，请检查权限", dir)
	case len(entries) > 0:
		return fmt.Errorf("目录 %s 里已经有东西，恢复只往空目录里做：请换一个 --data，或先把原来的移走", dir)
	}
	return nil
}

func empty(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return err
}

func write(path string, in io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("目录 %s 建不了，请检查权限和磁盘空间", filepath.Dir(path))
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("文件 %s 写不了，请检查权限和磁盘空间", path)
	}
	_, err = io.Copy(file, in)
	return errors.Join(err, file.Sync(), file.Close())
}

// read gives each file of a backup to take and compares all with the manifest.
func read(ctx context.Context, path, password string, take func(name string, in io.Reader) error) (*Manifest, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("备份 %s 打不开，请核对路径和权限", path)
	}
	defer file.Close()
	in, err := unwrap(bufio.NewReaderSize(file, 1<<20), path, password)
	if err != nil {
		return nil, err
	}
	z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, damaged(path, "不是备份文件")
	}
	defer z.Close()
	var found []File
	entries := tar.NewReader(z)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		header, err := entries.Next()
		if err != nil {
			return nil, explain(path, err)
		}
		if header.Name == manifestName {
			return finish(path, entries, z, found)
		}
		sum := sha256.New()
		counted := &counter{in: io.TeeReader(entries, sum)}
		if err := take(header.Name, counted); err != nil {
			return nil, explain(path, err)
		}
		if _, err := io.Copy(io.Discard, counted); err != nil {
			return nil, explain(path, err)
		}
		found = append(found, File{Name: header.Name, Size: counted.n, SHA256: hex.EncodeToString(sum.Sum(nil))})
	}
}

// unwrap gives what is below the encryption, if there is one.
func unwrap(in *bufio.Reader, path, password string) (io.Reader, error) {
	mark, err := in.Peek(len(sealMark))
	if err != nil || !bytes.Equal(mark, sealMark) {
		return in, nil //nolint:nilerr // a file too short for the mark is told as no backup
	}
	if password == "" {
		return nil, ErrPassword
	}
	if _, err := in.Discard(len(sealMark)); err != nil {
		return nil, err
	}
	o, err := newOpener(in, password)
	if err != nil {
		return nil, damaged(path, "不完整")
	}
	if _, err := o.Read(nil); err != nil {
		return nil, fmt.Errorf("备份 %s 打不开：密码不对，或文件已被改动", path)
	}
	return o, nil
}

// explain puts an error of reading into words for people; what is Chinese
// already stays.
func explain(path string, err error) error {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return damaged(path, "不完整，没有写完或被截断")
	case errors.Is(err, errSealed):
		return damaged(path, "被截断或改动过")
	case errors.Is(err, tar.ErrHeader), errors.Is(err, zstd.ErrMagicMismatch):
		return damaged(path, "不是备份文件，或已损坏")
	case errors.Is(err, zstd.ErrCRCMismatch), errors.Is(err, zstd.ErrReservedBlockType), errors.Is(err, zstd.ErrBlockTooSmall), errors.Is(err, zstd.ErrWindowSizeExceeded):
		return damaged(path, "已损坏")
	}
	var disk *fs.PathError
	if errors.As(err, &disk) {
		return fmt.Errorf("恢复时写不了 %s：请检查磁盘空间和权限", disk.Path)
	}
	if ascii(err.Error()) {
		return damaged(path, "已损坏")
	}
	return err
}

func ascii(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > 127 })
}

// finish reads the manifest and compares it with what was found before it. What
// comes after it is read, too, for the checksum at the end.
func finish(path string, manifest, rest io.Reader, found []File) (*Manifest, error) {
	var m Manifest
	if err := json.NewDecoder(manifest).Decode(&m); err != nil {
		return nil, damaged(path, "清单读不出来")
	}
	if _, err := io.Copy(io.Discard, rest); err != nil {
		return nil, explain(path, err)
	}
	if m.Format != Format {
		return nil, fmt.Errorf("备份 %s 的格式是第%d版，这个程序只认第%d版，请换用匹配的程序", path, m.Format, Format)
	}
	if !slices.Equal(m.Files, found) {
		return nil, damaged(path, "里面的文件与清单不符")
	}
	if !slices.ContainsFunc(found, func(f File) bool { return f.Name == storeName }) {
		return nil, damaged(path, "里面没有存储的副本")
	}
	return &m, nil
}

// counter counts what is read.
type counter struct {
	in io.Reader
	n  int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += int64(n)
	return n, err
}

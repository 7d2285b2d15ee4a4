package backup

import (
	"archive/tar"
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

// Source is an installation.
type Source struct {
	Data   string // folder
	Policy string // own policy folder, empty for none
	// Skip are folders below Data that are not copied, besides the running
	// store's own.
	Skip []string
	// Still runs f while nobody signs roots: the copied roots and the copied
	// store must know of the same last one.
	Still func(f func() error) error
	// Store writes the store as of one moment.
	Store func(ctx context.Context, w io.Writer) error
}

// storeFolder is where the running store keeps its own files.
const storeFolder = "store"

// rootsFolder holds the signed roots.
const rootsFolder = "roots"

// Make writes a backup to path, encrypted when a password is given. about is
// the manifest without its files. The file appears whole, on the disk, or not
// at all. Errors are Chinese.
func Make(ctx context.Context, path, password string, src Source, about Manifest) (_ *Manifest, err error) {
	part := path + ".part"
	defer func() {
		if err != nil && ctx.Err() == nil {
			err = fmt.Errorf("备份写不成 %s：%w（请检查磁盘空间和目录权限）", path, err)
		}
		_ = os.Remove(part)
		_ = os.Remove(part + ".rdb")
	}()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	if _, err := os.Lstat(path); err == nil {
		return nil, errors.New("已有同名的文件")
	}
	out, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	w, closeAll, err := layers(out, password)
	if err != nil {
		return nil, err
	}
	b := &bundle{out: tar.NewWriter(w), about: about}
	if err := b.fill(ctx, src, part); err != nil {
		return nil, err
	}
	if err := errors.Join(b.finish(), closeAll(), out.Sync()); err != nil {
		return nil, err
	}
	if err := os.Rename(part, path); err != nil {
		return nil, err
	}
	return &b.about, syncDir(filepath.Dir(path))
}

// layers are the compression and, with a password, the encryption above a file.
func layers(out io.Writer, password string) (io.Writer, func() error, error) {
	below, closeBelow := out, func() error { return nil }
	if password != "" {
		s, err := newSealer(out, password)
		if err != nil {
			return nil, nil, err
		}
		below, closeBelow = s, s.Close
	}
	z, err := zstd.NewWriter(below, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, nil, err
	}
	return z, func() error { return errors.Join(z.Close(), closeBelow()) }, nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// bundle is a backup that is being written.
type bundle struct {
	out   *tar.Writer
	about Manifest
}

// fill puts everything in: the roots and the store of one moment, then the
// files that are only ever added to, so that whatever the store speaks of is
// among them.
func (b *bundle) fill(ctx context.Context, src Source, part string) error {
	snapshot := part + ".rdb"
	err := src.Still(func() error {
		if err := b.folder(ctx, filepath.Join(src.Data, rootsFolder), dataPrefix+rootsFolder+"/", nil); err != nil {
			return err
		}
		file, err := os.OpenFile(snapshot, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
		if err != nil {
			return err
		}
		return errors.Join(src.Store(ctx, file), file.Close())
	})
	if err != nil {
		return err
	}
	if err := b.file(snapshot, storeName); err != nil {
		return err
	}
	skip := append([]string{filepath.Join(src.Data, storeFolder), filepath.Join(src.Data, rootsFolder)}, src.Skip...)
	for i := range skip {
		if skip[i], err = filepath.Abs(skip[i]); err != nil {
			return err
		}
	}
	if err := b.folder(ctx, src.Data, dataPrefix, skip); err != nil || src.Policy == "" {
		return err
	}
	return b.folder(ctx, src.Policy, policyPrefix, nil)
}

// folder adds the files of a folder that is there, but those of the folders to
// skip, which are absolute.
func (b *bundle) folder(ctx context.Context, dir, prefix string, skip []string) error {
	top, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	return filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // never made, or gone meanwhile
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case path == top:
			return nil
		case d.IsDir() && slices.Contains(skip, path):
			return fs.SkipDir
		case !d.Type().IsRegular(), strings.HasPrefix(d.Name(), "."), IsName(d.Name()):
			return nil
		}
		rel, err := filepath.Rel(top, path)
		if err != nil {
			return err
		}
		return b.file(path, prefix+filepath.ToSlash(rel))
	})
}

// file adds a file as long as it is now; what is added to it meanwhile is left
// for the next backup.
func (b *bundle) file(path, name string) error {
	in, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	header := &tar.Header{Name: name, Mode: 0o600, Size: info.Size(), ModTime: info.ModTime(), Typeflag: tar.TypeReg}
	if err := b.out.WriteHeader(header); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.CopyN(io.MultiWriter(b.out, sum), in, info.Size()); err != nil {
		return fmt.Errorf("%s：%w", path, err)
	}
	b.about.Files = append(b.about.Files, File{Name: name, Size: info.Size(), SHA256: hex.EncodeToString(sum.Sum(nil))})
	return nil
}

func (b *bundle) finish() error {
	doc, err := json.MarshalIndent(&b.about, "", "  ")
	if err != nil {
		return err
	}
	header := &tar.Header{Name: manifestName, Mode: 0o600, Size: int64(len(doc)), ModTime: b.about.MadeAt, Typeflag: tar.TypeReg}
	if err := b.out.WriteHeader(header); err != nil {
		return err
	}
	_, err = b.out.Write(doc)
	return errors.Join(err, b.out.Close())
}

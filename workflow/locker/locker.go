// Package locker keeps the files that tickets refer to, outside the store: each
// under the SHA-256 of what it holds, sealed like a caller's personal data. The
// history of a ticket names the SHA-256, so a changed or missing file shows.
package locker

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"huiyin/internal/seal"
	"huiyin/ticket"
	"huiyin/workflow"
)

// What can be wrong with the files.
var (
	ErrNoRoom  = errors.New("locker: the disk is full")
	ErrMissing = errors.New("locker: the file is not there")
	ErrChanged = errors.New("locker: the file is not what was put in")
)

// Locker is a folder of sealed files. It is safe for concurrent use, also by
// several processes on one folder.
type Locker struct {
	dir  string
	keys *seal.Keys
}

// New makes a locker of a folder, which comes into being with the first file.
func New(dir string, keys *seal.Keys) *Locker { return &Locker{dir, keys} }

// Under is the locker of a data folder.
func Under(data string, keys *seal.Keys) *Locker { return New(filepath.Join(data, Folder), keys) }

// Folder is the name of the locker's folder under the data folder.
const Folder = "attachments"

// path is where a file lies: ab/abcdef….
func (l *Locker) path(sum string) string { return filepath.Join(l.dir, sum[:2], sum) }

func bind(sum string) string { return "file " + sum }

// Put keeps a file and gives its SHA-256. When it returns, the file is on the
// disk. spare is how many bytes the disk must have left afterwards: the store's
// log is on it, too. The error is ErrNoRoom or the disk's.
func (l *Locker) Put(content []byte, spare int64) (string, error) {
	digest := sha256.Sum256(content)
	sum := hex.EncodeToString(digest[:])
	if _, err := l.Get(sum); err == nil {
		return sum, nil
	}
	sealed, err := l.keys.Seal(content, bind(sum))
	if err != nil {
		return "", err
	}
	folder := filepath.Dir(l.path(sum))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", roomless(err)
	}
	if left, err := free(folder); err != nil || left < int64(len(sealed))+spare {
		return "", errors.Join(ErrNoRoom, err)
	}
	return sum, roomless(l.write(folder, sum, sealed))
}

// write puts the file whole under its name, or not at all.
func (l *Locker) write(folder, sum string, sealed []byte) error {
	out, err := os.CreateTemp(folder, ".new-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = out.Write(sealed)
	if err = errors.Join(err, out.Sync(), out.Close()); err == nil {
		err = os.Rename(out.Name(), l.path(sum))
	}
	if err != nil {
		return errors.Join(err, os.Remove(out.Name()))
	}
	return errors.Join(syncFolder(folder), syncFolder(l.dir))
}

func syncFolder(folder string) error {
	dir, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// roomless tells a full disk, or a used-up quota, from other faults.
func roomless(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", ErrNoRoom, err)
	}
	return err
}

func free(folder string) (int64, error) {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(folder, &stat); err != nil {
		return 0, err
	}
	return int64(stat.Bavail) * stat.Bsize, nil
}

// Get gives a file as it was put in. Errors: ErrMissing, ErrChanged, the disk's.
func (l *Locker) Get(sum string) ([]byte, error) {
	if !ticket.IsSHA256(sum) {
		return nil, ErrMissing
	}
	sealed, err := os.ReadFile(l.path(sum))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, err
	}
	content, err := l.keys.Open(sealed, bind(sum))
	if errors.Is(err, seal.ErrTampered) {
		return nil, ErrChanged
	}
	if err != nil {
		return nil, err
	}
	if digest := sha256.Sum256(content); hex.EncodeToString(digest[:]) != sum {
		return nil, ErrChanged
	}
	return content, nil
}

// Check finds, for huiyin fsck, files of a ticket that are missing or changed;
// those that were taken away from the ticket's page are kept, too.
func (l *Locker) Check(id ticket.ID, t *ticket.Ticket) []workflow.Breach {
	if t == nil {
		return nil
	}
	var found []workflow.Breach
	seen := map[string]bool{}
	for _, f := range ticket.AllFiles(t.Events) {
		if seen[f.SHA256] {
			continue
		}
		seen[f.SHA256] = true
		content, err := l.Get(f.SHA256)
		if message := faultOf(err, int64(len(content)), f.Size); message != "" {
			found = append(found, workflow.Breach{Ticket: id, Key: f.SHA256, Kind: "file", Message: fmt.Sprintf("附件 %s…（%s）%s", f.SHA256[:12], f.Type, message)})
		}
	}
	return found
}

func faultOf(err error, size, want int64) string {
	switch {
	case errors.Is(err, ErrMissing):
		return "不在附件目录里"
	case errors.Is(err, ErrChanged):
		return "被改动过，与办理经过里的指纹不符"
	case errors.Is(err, seal.ErrUnknownKey):
		return "所用的密钥不在密钥文件里"
	case err != nil:
		return "读不出来，请检查磁盘和目录权限"
	case size != want:
		return "大小与办理经过里的不符"
	}
	return ""
}

package seal

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

const keySize = 32

// keyFile is the JSON of a key file. Old keys stay in it for as long as
// anything is sealed with them.
type keyFile struct {
	Version     int    `json:"version"`
	Active      uint32 `json:"active"`
	Keys        []key  `json:"keys"`
	Fingerprint []byte `json:"fingerprint_key"`
}

type key struct {
	ID   uint32    `json:"id"`
	Made time.Time `json:"made"`
	Key  []byte    `json:"key"`
}

func (f keyFile) find(id uint32) ([]byte, bool) {
	for _, k := range f.Keys {
		if k.ID == id {
			return k.Key, true
		}
	}
	return nil, false
}

// Open reads a key file, and makes it when there is none. Processes that start
// at the same time agree on one file. It refuses a file that others may read.
// Errors are Chinese and say what to do.
func Open(path string) (*Keys, error) {
	f, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := create(path, time.Now().UTC()); err != nil {
			return nil, err
		}
		f, err = read(path)
	}
	if err != nil {
		return nil, err
	}
	return &Keys{path: path, file: f}, nil
}

func read(path string) (keyFile, error) {
	file, err := os.Open(path)
	if err != nil {
		return keyFile{}, fmt.Errorf("密钥文件 %s 无法打开：%w", path, err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return keyFile{}, fmt.Errorf("密钥文件 %s 无法打开：%w", path, err)
	}
	if !info.Mode().IsRegular() {
		return keyFile{}, fmt.Errorf("密钥文件 %s 不是普通文件", path)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return keyFile{}, fmt.Errorf("密钥文件 %s 的权限是 %04o，其他用户可以读取；请执行 chmod 600 %s", path, info.Mode().Perm(), path)
	}
	decoder := json.NewDecoder(file)
	decoder.DisallowUnknownFields()
	var f keyFile
	if err := decoder.Decode(&f); err != nil {
		return keyFile{}, fmt.Errorf("密钥文件 %s 已损坏，请从备份恢复；没有它，已密封的个人信息无法解开", path)
	}
	return f, f.sound(path)
}

func (f keyFile) sound(path string) error {
	seen := map[uint32]bool{}
	for _, k := range f.Keys {
		if len(k.Key) != keySize || seen[k.ID] {
			return fmt.Errorf("密钥文件 %s 中的第 %d 号密钥无效，请从备份恢复", path, k.ID)
		}
		seen[k.ID] = true
	}
	switch {
	case f.Version != 1:
		return fmt.Errorf("密钥文件 %s 由更新的版本写成，请升级本程序", path)
	case !seen[f.Active] || len(f.Fingerprint) != keySize:
		return fmt.Errorf("密钥文件 %s 缺少在用的密钥，请从备份恢复", path)
	}
	return nil
}

// create makes a key file whole or not at all. A file that somebody else made
// in the meantime stands.
func create(path string, now time.Time) error {
	f := keyFile{Version: 1, Fingerprint: random()}
	f.add(now)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("密钥文件的目录 %s 无法建立：%w", filepath.Dir(path), err)
	}
	temp, err := f.write(path)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp) }()
	if err := os.Link(temp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("密钥文件 %s 无法建立：%w", path, err)
	}
	return syncFolder(path)
}

// Rotate adds a key to the file and makes it the active one; what was sealed
// before still opens. Other processes learn of it when they meet the new key.
func (k *Keys) Rotate(now time.Time) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	f, err := read(k.path)
	if err != nil {
		return err
	}
	f.add(now.UTC())
	temp, err := f.write(k.path)
	if err != nil {
		return err
	}
	if err := os.Rename(temp, k.path); err != nil {
		return fmt.Errorf("密钥文件 %s 无法替换：%w", k.path, err)
	}
	k.file = f
	return syncFolder(k.path)
}

func (f *keyFile) add(now time.Time) {
	var last uint32
	for _, k := range f.Keys {
		last = max(last, k.ID)
	}
	f.Active = last + 1
	f.Keys = append(f.Keys, key{ID: f.Active, Made: now.Truncate(time.Second), Key: random()})
}

// write puts the file on the disk under a name of its own beside path.
func (f keyFile) write(path string) (temp string, err error) {
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return "", fmt.Errorf("密钥文件 %s 无法写成：%w", path, err)
	}
	out, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return "", fmt.Errorf("密钥文件 %s 无法写入，请检查目录权限：%w", path, err)
	}
	_, err = out.Write(append(bytes.TrimSpace(text), '\n'))
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		_ = os.Remove(out.Name())
		return "", fmt.Errorf("密钥文件 %s 无法写入（磁盘可能已满）：%w", path, err)
	}
	return out.Name(), nil
}

func syncFolder(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("密钥文件的目录无法打开：%w", err)
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil {
		return fmt.Errorf("密钥文件 %s 没有写到磁盘：%w", path, err)
	}
	return nil
}

func random() []byte {
	b := make([]byte, keySize)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return b
}

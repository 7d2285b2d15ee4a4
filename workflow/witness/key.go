package witness

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Key signs roots. It lies in a file of its own beside the keys of personal
// data; whoever has it can make roots, whoever has the public half can check
// them.
type Key struct {
	private ed25519.PrivateKey
	made    time.Time
}

type keyFile struct {
	Version int       `json:"version"`
	Made    time.Time `json:"made"`
	Seed    []byte    `json:"seed"`
	Public  string    `json:"public"` // hex, for people
}

// OpenKey reads a key file, and makes it when there is none. It refuses a file
// that others may read. Errors are Chinese and say what to do.
func OpenKey(path string, now time.Time) (*Key, error) {
	f, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeKey(path, now); err != nil {
			return nil, err
		}
		f, err = readKey(path)
	}
	if err != nil {
		return nil, err
	}
	return &Key{private: ed25519.NewKeyFromSeed(f.Seed), made: f.Made}, nil
}

func readKey(path string) (keyFile, error) {
	var f keyFile
	info, err := os.Stat(path)
	if err != nil {
		return f, fmt.Errorf("签名密钥 %s 无法打开：%w", path, err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return f, fmt.Errorf("签名密钥 %s 的权限是 %04o，其他用户可以读取；请执行 chmod 600 %s", path, info.Mode().Perm(), path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return f, fmt.Errorf("签名密钥 %s 无法打开：%w", path, err)
	}
	if json.Unmarshal(text, &f) != nil || f.Version != 1 || len(f.Seed) != ed25519.SeedSize {
		return f, fmt.Errorf("签名密钥 %s 已损坏，请从备份恢复", path)
	}
	return f, nil
}

// makeKey writes a key whole or not at all; one that somebody else made in the
// meantime stands.
func makeKey(path string, now time.Time) error {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(keyFile{Version: 1, Made: now.UTC().Truncate(time.Second), Seed: private.Seed(), Public: hex.EncodeToString(public)}, "", "  ")
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return fmt.Errorf("签名密钥 %s 无法建立：%w", path, err)
	}
	defer func() { _ = os.Remove(temp.Name()) }()
	_, err = temp.Write(append(text, '\n'))
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return fmt.Errorf("签名密钥 %s 无法写入：%w", path, err)
	}
	if err := os.Link(temp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("签名密钥 %s 无法建立：%w", path, err)
	}
	return syncDir(filepath.Dir(path))
}

// Public is the public half in hex.
func (k *Key) Public() string { return hex.EncodeToString(k.private.Public().(ed25519.PublicKey)) }

// Made is when the key was made.
func (k *Key) Made() time.Time { return k.made }

func (k *Key) sign(hash []byte) []byte { return ed25519.Sign(k.private, signed(hash)) }

// signed is what a signature covers: nothing else that is ever signed begins so.
func signed(hash []byte) []byte { return append([]byte("huiyin root 1:"), hash...) }

// verified reports whether a signature of a hash is by one of the keys.
func verified(keys []string, hash, signature []byte) bool {
	for _, k := range keys {
		public, err := hex.DecodeString(k)
		if err == nil && len(public) == ed25519.PublicKeySize && ed25519.Verify(public, signed(hash), signature) {
			return true
		}
	}
	return false
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// ReadPublic is the public half of a key file in hex, empty before there is one.
func ReadPublic(path string) (string, error) {
	f, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return f.Public, err
}

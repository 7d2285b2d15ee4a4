// Package seal keeps personal data unreadable at rest. Each value is encrypted
// under a key of the key file and bound to the ticket it belongs to, so that it
// can neither be read, changed, nor moved to another ticket.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
)

// What is wrong with a sealed value. The texts of all errors are Chinese and
// hold nothing of the value.
var (
	ErrTampered   = errors.New("密封的个人信息无法解开：内容被改动，或不属于这张工单")
	ErrUnknownKey = errors.New("密封的个人信息所用的密钥不在密钥文件中，请放回原来的密钥文件")
)

// algorithm is the first byte of a sealed value.
type algorithm byte

// aesGCM is AES-256-GCM with a random nonce under a key that HKDF-SHA-256
// (RFC 5869) derives for the bind, so that the bound of 2^32 random nonces
// (NIST SP 800-38D §8.3) holds for a ticket and not for the whole store.
const aesGCM algorithm = 1

// header is the algorithm (1 byte) and the number of the key (4 bytes, big
// endian). It is authenticated with the rest.
const header = 5

// Keys are the keys of one key file. Safe for concurrent use.
type Keys struct {
	path string
	mu   sync.RWMutex
	file keyFile
}

// Seal encrypts plain under the active key. bind, the ticket's id, must be
// given again to open it.
func (k *Keys) Seal(plain []byte, bind string) ([]byte, error) {
	k.mu.RLock()
	active := k.file.Active
	k.mu.RUnlock()
	aead, err := k.aead(active, bind)
	if err != nil {
		return nil, err
	}
	sealed := make([]byte, header, header+len(plain)+aead.Overhead())
	sealed[0] = byte(aesGCM)
	binary.BigEndian.PutUint32(sealed[1:], active)
	return aead.Seal(sealed, nil, plain, additional(sealed, bind)), nil
}

// Open decrypts what Seal made for the same bind. Errors: ErrTampered,
// ErrUnknownKey.
func (k *Keys) Open(sealed []byte, bind string) ([]byte, error) {
	if len(sealed) < header || algorithm(sealed[0]) != aesGCM {
		return nil, ErrTampered
	}
	aead, err := k.aead(binary.BigEndian.Uint32(sealed[1:]), bind)
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, nil, sealed[header:], additional(sealed[:header], bind))
	if err != nil {
		return nil, ErrTampered
	}
	return plain, nil
}

func additional(head []byte, bind string) []byte {
	return append(head[:header:header], bind...)
}

func (k *Keys) aead(id uint32, bind string) (cipher.AEAD, error) {
	master, err := k.master(id)
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, master, nil, "huiyin seal "+bind, 32)
	if err != nil {
		return nil, fmt.Errorf("密钥派生失败：%w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("密钥无法使用：%w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// master finds a key; one that another process has added since is read from the
// file.
func (k *Keys) master(id uint32) ([]byte, error) {
	k.mu.RLock()
	key, ok := k.file.find(id)
	k.mu.RUnlock()
	if ok {
		return key, nil
	}
	fresh, err := read(k.path)
	if err != nil {
		return nil, err
	}
	if key, ok = fresh.find(id); !ok {
		return nil, ErrUnknownKey
	}
	k.mu.Lock()
	k.file = fresh
	k.mu.Unlock()
	return key, nil
}

// Fingerprint is a keyed digest of s, 16 hex characters: equal for equal s,
// telling nothing of s without the key file. It stays the same when keys
// rotate. Used to find a caller again by phone number.
func (k *Keys) Fingerprint(s string) string { return k.digest("fingerprint", s) }

// Mark tells key files apart without telling anything of their keys; a store
// remembers the mark of the file its data was sealed with.
func (k *Keys) Mark() string { return k.digest("mark", "") }

func (k *Keys) digest(purpose, s string) string {
	k.mu.RLock()
	mac := hmac.New(sha256.New, k.file.Fingerprint)
	k.mu.RUnlock()
	mac.Write([]byte(purpose + "\x00" + s))
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

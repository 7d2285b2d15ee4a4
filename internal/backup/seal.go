package backup

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"

	"golang.org/x/crypto/argon2"
)

// An encrypted backup begins with sealMark and a salt. Then come chunks of
// AES-256-GCM, each with its number and whether it is the last in the nonce
// (the STREAM construction of Hoang, Reyhanitabar, Rogaway, Vizár, 2015): none
// can be changed, moved, left out or cut off unseen. The key is Argon2id of the
// password.
var sealMark = []byte("HUIYIN-BACKUP-1\n")

const (
	saltSize  = 16
	chunkSize = 64 << 10
)

// errSealed is a chunk that does not open: another password, or damage.
var errSealed = errors.New("chunk does not open")

func newAEAD(password string, salt []byte) (cipher.AEAD, error) {
	// RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes.
	block, err := aes.NewCipher(argon2.IDKey([]byte(password), salt, 3, 64<<10, 4, 32))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func nonceOf(number uint64, last bool) []byte {
	nonce := make([]byte, 12)
	binary.BigEndian.PutUint64(nonce, number)
	if last {
		nonce[11] = 1
	}
	return nonce
}

// sealer encrypts what is written to it; Close writes the last chunk.
type sealer struct {
	out    io.Writer
	aead   cipher.AEAD
	held   []byte
	number uint64
}

func newSealer(out io.Writer, password string) (*sealer, error) {
	salt := make([]byte, saltSize)
	if _, err := rand.Read(salt); err != nil {
		return nil, err
	}
	aead, err := newAEAD(password, salt)
	if err != nil {
		return nil, err
	}
	_, err = out.Write(append(bytes.Clone(sealMark), salt...))
	return &sealer{out: out, aead: aead}, err
}

func (s *sealer) Write(p []byte) (int, error) {
	s.held = append(s.held, p...)
	for len(s.held) > chunkSize {
		if err := s.chunk(s.held[:chunkSize], false); err != nil {
			return 0, err
		}
		s.held = append(s.held[:0], s.held[chunkSize:]...)
	}
	return len(p), nil
}

func (s *sealer) chunk(plain []byte, last bool) error {
	_, err := s.out.Write(s.aead.Seal(nil, nonceOf(s.number, last), plain, nil))
	s.number++
	return err
}

func (s *sealer) Close() error { return s.chunk(s.held, true) }

// opener decrypts what a sealer wrote.
type opener struct {
	in     io.Reader
	aead   cipher.AEAD
	next   []byte // read ahead, to know which chunk is the last
	plain  []byte
	number uint64
	done   bool
}

// newOpener expects in to stand after the mark.
func newOpener(in io.Reader, password string) (*opener, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(in, salt); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	aead, err := newAEAD(password, salt)
	if err != nil {
		return nil, err
	}
	o := &opener{in: in, aead: aead}
	o.next, err = o.fetch()
	return o, err
}

func (o *opener) fetch() ([]byte, error) {
	part := make([]byte, chunkSize+o.aead.Overhead())
	n, err := io.ReadFull(o.in, part)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return part[:n], err
}

func (o *opener) Read(p []byte) (int, error) {
	for len(o.plain) == 0 {
		if o.done {
			return 0, io.EOF
		}
		part := o.next
		var err error
		if o.next, err = o.fetch(); err != nil {
			return 0, err
		}
		o.done = len(o.next) == 0
		if o.plain, err = o.aead.Open(nil, nonceOf(o.number, o.done), part, nil); err != nil {
			return 0, errSealed
		}
		o.number++
	}
	n := copy(p, o.plain)
	o.plain = o.plain[n:]
	return n, nil
}

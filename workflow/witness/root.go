package witness

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/record"
)

// Root is what was signed at one time: where the chain of each ticket ended
// that had moved since the root before. With those before it, it says where all
// chains ended.
type Root struct {
	No        int64          `json:"no"` // from 1, without a gap
	At        time.Time      `json:"at"`
	Kind      Kind           `json:"kind"`
	By        string         `json:"by,omitempty"`    // of an acceptance: who
	Why       string         `json:"why,omitempty"`   // and for what reason
	Store     string         `json:"store"`           // whose heads these are
	Algorithm string         `json:"algorithm"`       // sha256 or sm3, as in the chains
	Tickets   int            `json:"tickets"`         // that moved
	Heads     map[int]string `json:"heads,omitempty"` // by partition: hash over what moved there
	// Places are where reading goes on, by partition.
	Places   []workflow.Place `json:"places"`
	Previous string           `json:"previous"` // hash of the root before
	Key      string           `json:"key"`      // public, hex

	hash     []byte
	doubtful bool // not signed as it should be
}

// Kind says why a root was made.
type Kind string

// The kinds of roots.
const (
	First    Kind = "first"  // of all tickets
	Hourly   Kind = "hourly" // of those that moved
	Accepted Kind = "accepted"
)

// Hash is the root's own hash, in hex.
func (r *Root) Hash() string { return hex.EncodeToString(r.hash) }

// leaf is where one ticket's chain ended. Version 0: the ticket was gone.
type leaf struct {
	id      uint64
	version int64
	head    [headSize]byte
}

const headSize = 32

func leafOf(h *workflow.ChainHead) leaf {
	l := leaf{id: h.Ticket.Bits(), version: h.Version}
	copy(l.head[:], h.Hash)
	return l
}

func (l *leaf) ticket() ticket.ID { return ticket.IDFromBits(l.id) }

// lineLeaves is how many leaves stand in one line at most.
const lineLeaves = 4096

// pack writes leaves as bytes, in the order of their IDs.
func pack(leaves []leaf) []byte {
	slices.SortFunc(leaves, func(a, b leaf) int {
		return bytes.Compare(binary.BigEndian.AppendUint64(nil, a.id), binary.BigEndian.AppendUint64(nil, b.id))
	})
	b := make([]byte, 0, len(leaves)*(8+2+headSize))
	for i := range leaves {
		b = binary.BigEndian.AppendUint64(b, leaves[i].id)
		b = binary.AppendUvarint(b, uint64(leaves[i].version))
		if leaves[i].version > 0 {
			b = append(b, leaves[i].head[:]...)
		}
	}
	return b
}

// unpack is the inverse of pack.
func unpack(b []byte, each func(leaf)) error {
	for len(b) > 0 {
		if len(b) < 9 {
			return record.Malformed("leaf")
		}
		l := leaf{id: binary.BigEndian.Uint64(b)}
		version, n := binary.Uvarint(b[8:])
		if n <= 0 || version > 1<<40 {
			return record.Malformed("leaf")
		}
		l.version, b = int64(version), b[8+n:]
		if version > 0 {
			if len(b) < headSize {
				return record.Malformed("leaf")
			}
			b = b[copy(l.head[:], b):]
		}
		each(l)
	}
	return nil
}

// A file of roots is lines of JSON: of each root its leaves, some thousands a
// line, then the root and its signature. The signature covers the bytes of the
// root as they stand there; the root holds the hashes of its leaves.
type line struct {
	Of        int64           `json:"of,omitempty"` // leaves: the root that they belong to
	Partition int             `json:"partition,omitempty"`
	Leaves    []byte          `json:"leaves,omitempty"`
	Root      json.RawMessage `json:"root,omitempty"`
	Signature []byte          `json:"signature,omitempty"`
}

// heads hashes leaves by partition, as they come.
type heads struct {
	algorithm string
	sums      map[int][]byte
}

func newHeads(algorithm string) *heads { return &heads{algorithm: algorithm, sums: map[int][]byte{}} }

// add takes the next packed leaves of a partition.
func (h *heads) add(partition int, packed []byte) {
	sum := hashOf(h.algorithm, h.sums[partition], packed)
	h.sums[partition] = sum
}

func (h *heads) hex() map[int]string {
	named := make(map[int]string, len(h.sums))
	for p, sum := range h.sums {
		named[p] = hex.EncodeToString(sum)
	}
	return named
}

// hashOf hashes parts with a hash function of the chains; nil when there is no
// such function.
func hashOf(algorithm string, parts ...[]byte) []byte {
	begin, ok := record.Hashes[algorithm]
	if !ok {
		return nil
	}
	h := begin()
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}

// seal signs a root and gives its line.
func seal(k *Key, r *Root) ([]byte, error) {
	r.Key = k.Public()
	raw, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	r.hash = hashOf(r.Algorithm, raw)
	return json.Marshal(line{Root: raw, Signature: k.sign(r.hash)})
}

var errSignature = errors.New("signature")

// unseal reads a root from its line. The error is errSignature when it is not
// signed by one of the keys; the root is given then, too.
func unseal(l *line, keys []string) (*Root, error) {
	r := &Root{}
	if err := json.Unmarshal(l.Root, r); err != nil {
		return nil, err
	}
	if r.hash = hashOf(r.Algorithm, l.Root); r.hash == nil {
		return nil, record.Malformed("algorithm")
	}
	if !verified(keys, r.hash, l.Signature) {
		return r, errSignature
	}
	return r, nil
}

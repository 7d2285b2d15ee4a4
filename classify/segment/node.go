package segment

import "errors"

// A node of the trie packs into 64 bits: the code of its character (16 bits),
// by which a step from its parent is checked, the weight class of the word
// that ends there (16 bits, 0: none), and the base of its children (0: none).
// The child for code c lies at base+c. No two nodes share a base, so that the
// code alone proves the parent.
const (
	classShift = 16
	baseShift  = 32
)

// Codes of characters. Others are numbered from firstCode by frequency.
const (
	unknown   = 0
	separator = 1
	firstCode = 2
)

func classOf(node uint64) uint16 { return uint16(node >> classShift) }
func baseOf(node uint64) int     { return int(node >> baseShift) }

var errTooLarge = errors.New("分词词典过大：不同的字或不同的词频超过65000种")

// find walks the trie along a word; ok is false when it leaves the trie.
func (d *Dict) find(word string) (id int32, ok bool) {
	id = -1
	node, first := uint64(0), true
	for len(word) > 0 {
		code, size := d.slowCode(word)
		word = word[size:]
		if first {
			node, id, first = d.root[code], d.rootIDs[code], false
			continue
		}
		base := baseOf(node)
		if base == 0 {
			return -1, false
		}
		slot := base + int(code)
		if node = d.nodes[slot]; uint16(node) != code || code == unknown {
			return -1, false
		}
		id = d.ids[slot]
	}
	return id, id >= 0
}

// Find is the id of a word.
func (d *Dict) Find(word string) (int32, bool) { return d.find(word) }

// Sub appends the ids of the shorter words of the dictionary inside a word:
// those of two characters when it has more than two, then those of three when
// it has more than three, as gojieba's CutForSearch does.
func (d *Dict) Sub(dst []int32, word string) []int32 {
	var buf [64]int
	at := buf[:0]
	for i := range word {
		at = append(at, i)
	}
	runes := len(at)
	at = append(at, len(word))
	for size := 2; size <= 3; size++ {
		if runes <= size {
			break
		}
		for i := 0; i+size <= runes; i++ {
			if id, ok := d.find(word[at[i]:at[i+size]]); ok {
				dst = append(dst, id)
			}
		}
	}
	return dst
}

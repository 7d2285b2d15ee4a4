package segment

import "errors"

// node is a node of the trie. The child for code c lies at slot base+c of the
// double array. No two nodes share a base, so that the code alone, which stands
// in checks at the same slot, proves the parent. The checks are apart because
// most steps fail, and in two bytes a slot those that fail stay in the cache.
type node struct {
	weight float64 // logarithm of the word's probability, minus infinity when none ends here
	base   int32   // of the children, 0: none
	id     int32   // of the word, -1: none
}

// Codes of characters. Others are numbered from firstCode by frequency.
const (
	unknown   = 0
	separator = 1
	firstCode = 2
)

var errTooLarge = errors.New("分词词典过大：不同的字超过65000种")

// find walks the trie along a word; ok is false when it leaves the trie.
func (d *Dict) find(word string) (id int32, ok bool) {
	if word == "" {
		return -1, false
	}
	code, size := d.slowCode(word)
	at := &d.root[code]
	for word = word[size:]; word != ""; word = word[size:] {
		code, size = d.slowCode(word)
		slot := int(at.base) + int(code)
		if d.checks[slot] != code || code == separator {
			return -1, false
		}
		at = &d.nodes[slot]
	}
	return at.id, at.id >= 0
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

//go:build cgo

// Package jieba is gojieba behind a wall: it gives the library its files from
// inside the binary, refuses what would make it panic, and never uses the
// calls of it that are unsafe (adding words while others cut, removing words).
package jieba

import (
	"strings"
	"sync"

	"huiyin/classify/jieba/dict"
	"huiyin/classify/segment"

	"github.com/yanyiwu/gojieba"
)

// Jieba is gojieba with the user words it was made with. It takes about 110 MB
// and 0.4 s to make; other words make another one. Safe for concurrent use.
type Jieba struct {
	mu        sync.RWMutex // held for writing by Close alone: a call after it would kill the process
	lib       *gojieba.Jieba
	extractor func() (*dict.Extractor, error)
}

// New makes a Jieba over gojieba's dictionary, its user words and the given
// ones. Errors are about files that cannot be unpacked and are fit to be shown.
func New(user []segment.Word) (*Jieba, error) {
	own, err := dict.UserWords()
	if err != nil {
		return nil, err
	}
	files, err := unpack(userFile(append(own, user...)))
	if err != nil {
		return nil, err
	}
	defer files.close()
	j := &Jieba{lib: gojieba.NewJieba(files.paths[:]...), extractor: sync.OnceValues(dict.NewExtractor)}
	return j, nil
}

// Close frees the library's memory, which Go's collector does not see. Calls
// after it find nothing.
func (j *Jieba) Close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.lib != nil {
		j.lib.Free()
		j.lib = nil
	}
}

// Cut appends the words of a text to dst, as segment.Dict does; the ids are
// all -1. Bytes that are not UTF-8, and NUL, at which the library would drop
// the text, must be cleaned away before: such a text comes back as one word.
func (j *Jieba) Cut(dst []segment.Token, text string, hmm bool) []segment.Token {
	if text == "" {
		return dst
	}
	if !readable(text) {
		return append(dst, segment.Token{End: len(text), ID: -1})
	}
	at := 0
	for _, w := range j.Words(text, hmm) {
		dst = append(dst, segment.Token{Start: at, End: at + len(w), ID: -1})
		at += len(w)
	}
	return dst
}

// Words are the words of a text, as the library gives them.
func (j *Jieba) Words(text string, hmm bool) []string {
	j.mu.RLock()
	defer j.mu.RUnlock()
	if j.lib == nil {
		return nil
	}
	return j.lib.Cut(text, hmm)
}

// Tagged is a word with its part of speech (ictclas tags: n, v, ns …).
type Tagged struct {
	Word string
	Tag  string
}

// Tag cuts a text and tells the part of speech of each word; nil for a text
// that was not cleaned.
func (j *Jieba) Tag(text string) []Tagged {
	if !readable(text) {
		return nil
	}
	j.mu.RLock()
	defer j.mu.RUnlock()
	if j.lib == nil {
		return nil
	}
	words := j.lib.Tag(text)
	tagged := make([]Tagged, len(words))
	for i, w := range words {
		slash := strings.LastIndexByte(w, '/')
		tagged[i] = Tagged{Word: w[:slash], Tag: w[slash+1:]}
	}
	return tagged
}

// Extract returns the n keywords of a text, the weightiest first; nil for a
// text that was not cleaned. The first call reads the frequencies.
func (j *Jieba) Extract(text string, n int) ([]dict.Keyword, error) {
	x, err := j.extractor()
	if err != nil || !readable(text) {
		return nil, err
	}
	return x.Extract(j.Words(text, true), n), nil
}

package main

import (
	"slices"
	"sync"

	"huiyin/classify"
	"huiyin/classify/jieba"
	"huiyin/classify/segment"
)

const segmenterGojieba = "gojieba"

// dictionary makes the segmenters that the setting asks for; nil is the
// built-in one. Both cut alike; the built-in one is faster and needs no C.
func (root *cli) dictionary() classify.Dictionary {
	if root.Segmenter == segmenterGojieba {
		return gojieba.segmenter
	}
	return nil
}

// gojieba keeps the last segmenter made: an instance takes 110 MB that Go's
// collector does not see, and most edits of a policy bring no new words.
var gojieba lastJieba

type lastJieba struct {
	mu    sync.Mutex
	words []segment.Word
	lib   *jieba.Jieba
}

func (l *lastJieba) segmenter(user []segment.Word) (classify.Segmenter, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lib != nil && slices.Equal(l.words, user) {
		return l.lib, nil
	}
	lib, err := jieba.New(user)
	if err != nil {
		return nil, err
	}
	l.words, l.lib = slices.Clone(user), lib
	return lib, nil
}

//go:build !cgo

// Package jieba needs cgo; without it New says so.
package jieba

import (
	"errors"

	"huiyin/classify/jieba/dict"
	"huiyin/classify/segment"
)

// Jieba cannot be made without cgo.
type Jieba struct{}

// Tagged is a word with its part of speech.
type Tagged struct {
	Word string
	Tag  string
}

// New always fails.
func New([]segment.Word) (*Jieba, error) {
	return nil, errors.New("这个程序编译时没有启用 cgo，不能使用 gojieba；请改用内置分词，或用 CGO_ENABLED=1 重新编译")
}

// Close does nothing.
func (*Jieba) Close() {}

// Cut is never reached.
func (*Jieba) Cut(dst []segment.Token, _ string, _ bool) []segment.Token { return dst }

// Words is never reached.
func (*Jieba) Words(string, bool) []string { return nil }

// Tag is never reached.
func (*Jieba) Tag(string) []Tagged { return nil }

// Extract is never reached.
func (*Jieba) Extract(string, int) ([]dict.Keyword, error) { return nil, nil }

package main

import "testing"

func TestWhichWordsCanNameAMatter(t *testing.T) {
	var s speech
	tests := []struct {
		claim, word string
		want        bool
	}{
		{"a thing", "收费站", true},
		{"a doing", "拉客", true},
		{"a phrase of the lexicon, which the dictionary has in parts", "站外揽客", true},
		{"what only says when", "每天", false},
		{"what only says how often", "一直", false},
		{"a question", "什么", false},
		{"a person", "王建国", false},
	}
	words := make([]string, len(tests))
	for i, tt := range tests {
		words[i] = tt.word
	}
	for range 2 { // the second time from memory
		can := s.can(words)
		for i, tt := range tests {
			if can[i] != tt.want {
				t.Errorf("%s (%s): %t", tt.claim, tt.word, can[i])
			}
		}
	}
}

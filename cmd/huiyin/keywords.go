package main

import "huiyin/classify/jieba"

// extractedOver is how many more words than wanted are extracted, so that
// enough are left that name something.
const extractedOver = 3

// extracted are gojieba's n keywords of each text: those that can name a
// matter, no dates and no people. Without gojieba there are none.
func extracted(texts []string, n int) [][]string {
	lib, err := jieba.New(nil)
	if err != nil {
		return nil
	}
	defer lib.Close()
	out := make([][]string, len(texts))
	for i, text := range texts {
		found, err := lib.Extract(text, extractedOver*n)
		if err != nil {
			return nil
		}
		for _, k := range found {
			if len(out[i]) < n && namesThing(lib.Tag(k.Word)) {
				out[i] = append(out[i], k.Word)
			}
		}
	}
	return out
}

package main

import (
	"fmt"
	"io"

	"huiyin/classify"
)

// explained is a verdict's reasons in full, and in sentences.
type explained struct {
	Category string               `json:"category"`
	Kind     string               `json:"kind"`
	Not      string               `json:"not,omitempty"`
	Full     classify.Explanation `json:"full"`
}

// explain tells why a text was judged so, and why not as the category not.
func (j *judge) explain(title, content, not string) *explained {
	full := j.classifier.Explain(readable(title, content))
	e := &explained{Category: full.Why(), Kind: full.WhyKind(), Full: full}
	if not == "" {
		return e
	}
	for _, c := range j.categories() {
		if c.Code == not || c.Name == not {
			e.Not = full.WhyNot(c.Code)
			return e
		}
	}
	e.Not = fmt.Sprintf("没有类别“%s”。", not)
	return e
}

// toldCategories is how many categories are told with their words.
const toldCategories = 3

func (e *explained) print(w io.Writer, kinds bool) {
	fmt.Fprintf(w, "理由　　%s\n", e.Category)
	for _, c := range e.Full.Categories[:min(toldCategories, len(e.Full.Categories))] {
		fmt.Fprintf(w, "　%s %s %.2f 分\n", c.Category, c.Name, c.Score)
		for _, word := range c.Words {
			fmt.Fprintf(w, "　　%+.2f　%s（权重 %g，%s）\n", word.Share, word.Keyword, word.Weight, word.Times())
		}
	}
	if len(e.Full.Categories) > 0 {
		fmt.Fprintf(w, "　%s\n", e.Full.Counting())
	}
	if kinds {
		fmt.Fprintf(w, "类型理由　%s\n", e.Kind)
	}
	for _, reason := range e.Full.Dismissed(toldCategories) {
		fmt.Fprintf(w, "不算　　%s\n", reason)
	}
	if e.Not != "" {
		fmt.Fprintf(w, "不是它　%s\n", e.Not)
	}
}

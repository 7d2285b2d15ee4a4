package lessons

import (
	"fmt"

	"huiyin/classify/adjust"
)

// Summary is the lesson in a sentence.
func (l *Lesson) Summary() string {
	switch l.Advice {
	case TooFew:
		return fmt.Sprintf("改判太少，只有 %d 件，不到 %d 件，这个月不提建议", l.InMonth, l.Wanted)
	case Nothing:
		return fmt.Sprintf("改判 %d 件，没有哪个词有足够的工单支持，这个月不提建议", l.InMonth)
	case NoBetter:
		return fmt.Sprintf("改判 %d 件，学到 %d 行，但检验没有变好（%s），不推荐采纳", l.InMonth, len(l.Rows), l.Net())
	}
	return fmt.Sprintf("改判 %d 件，建议改 %d 行，检验变好（%s），推荐采纳", l.InMonth, len(l.Rows), l.Net())
}

// Net tells what was mended and spoilt on tickets left out.
func (l *Lesson) Net() string {
	if l.Effect == nil {
		return "没有检验"
	}
	return fmt.Sprintf("留出的 %d 件里改对 %d 件、改错 %d 件", l.Effect.Before.N, l.Effect.Fixed, l.Effect.Broken)
}

// Deed says whether a row is added, changed or removed.
func Deed(r adjust.Row) string {
	switch {
	case r.Before == 0:
		return "增"
	case r.After == 0:
		return "删"
	}
	return "改"
}

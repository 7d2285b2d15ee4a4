package classify

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"huiyin/ticket"
)

// toldWords bounds how many words a sentence lists.
const toldWords = 8

// Why tells in Chinese how the category was judged: by how much it leads, and
// whether the ticket goes out by itself.
func (e *Explanation) Why() string {
	v := &e.Verdict
	if v.Category == ticket.Unjudged {
		if len(e.Categories) == 0 {
			if !strings.ContainsFunc(e.Text, wordRune) {
				return "没有可读的文字（空的，或只有标点、表情、乱码），转人工分派。"
			}
			return "文字里没有任何类别的关键词，看不出是什么事，转人工分派。"
		}
		best := e.Categories[0]
		return fmt.Sprintf("得分最高的是“%s”，只有 %.2f 分，不到最低得分 %g，转人工分派。", best.Name, best.Score, e.settings.MinScore)
	}
	best := e.Categories[0]
	out := fmt.Sprintf("“%s”得分最高，%.2f 分；", best.Name, best.Score)
	if len(e.Categories) > 1 {
		out += fmt.Sprintf("其次是“%s”，%.2f 分。", e.Categories[1].Name, e.Categories[1].Score)
	} else {
		out += "别的类别都没有关键词。"
	}
	return out + e.dispatch()
}

// wordRune: what a person could read a word from.
func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// dispatch tells why the ticket goes out by itself, or does not.
func (e *Explanation) dispatch() string {
	v := &e.Verdict
	sure, line := Sure(v.Confidence), Sure(e.settings.AutoLine)
	switch {
	case v.Clue:
		return fmt.Sprintf("把握 %s；涉及纪检线索，一律不自动分派。", sure)
	case v.Category == ticket.NotOurs:
		return fmt.Sprintf("把握 %s；不属本部门的，一律由人确认后转出。", sure)
	case v.Auto:
		return fmt.Sprintf("把握 %s，达到自动分派线 %s，可以自动分派。", sure, line)
	}
	return fmt.Sprintf("把握 %s，不到自动分派线 %s，转人工分派。", sure, line)
}

// Counting tells in Chinese how the share of a word follows from its weight.
func (e *Explanation) Counting() string {
	return fmt.Sprintf("一个词加的分是权重乘折算次数：说一次算 1，多说略增（两次 1.69、五次 2.61），标题里说一次抵正文 %g 次。", e.settings.TitleFactor)
}

// Sure is a confidence in print; it never says that something is certain.
func Sure(share float64) string {
	if share >= 0.995 {
		return "99% 以上"
	}
	return fmt.Sprintf("%.0f%%", 100*share)
}

// WhyKind tells in Chinese how the kind was judged.
func (e *Explanation) WhyKind() string {
	category := e.names.Name(e.Verdict.Category)
	if len(e.Kinds) == 0 || e.Kinds[0].Score <= 0 {
		return fmt.Sprintf("文字里看不出，按“%s”的默认类型。", category)
	}
	parts := make([]string, 0, 2)
	for _, k := range e.Kinds[:min(2, len(e.Kinds))] {
		if k.Score <= 0 {
			break
		}
		var reasons []string
		if k.Usual > 0 {
			reasons = append(reasons, fmt.Sprintf("“%s”通常是这一类（%+.2f）", category, k.Usual))
		}
		reasons = append(reasons, listed(k.Words)...)
		parts = append(parts, fmt.Sprintf("“%s”%.2f 分：%s", k.Kind.Name(), k.Score, strings.Join(reasons, "、")))
	}
	return strings.Join(parts, "；") + "。"
}

// WhyNot says in Chinese why the verdict is not the given category.
func (e *Explanation) WhyNot(code string) string {
	name := e.names.Name(code)
	if code == e.Verdict.Category {
		return fmt.Sprintf("判的就是“%s”。", name)
	}
	var out strings.Builder
	i := slices.IndexFunc(e.Categories, func(c CategoryReasons) bool { return c.Category == code })
	if i < 0 {
		fmt.Fprintf(&out, "文字里没有“%s”的关键词。", name)
	} else {
		own := e.Categories[i]
		fmt.Fprintf(&out, "“%s”得 %.2f 分", name, own.Score)
		if i > 0 {
			best := e.Categories[0]
			fmt.Fprintf(&out, "，比“%s”少 %.2f 分", best.Name, best.Score-own.Score)
		} else {
			out.WriteString("，不够最低得分")
		}
		fmt.Fprintf(&out, "。%s", sides(own.Words))
	}
	told := map[string]bool{}
	for _, d := range e.Discarded {
		if reason := d.Reason(); slices.Contains(d.Categories, code) && !told[reason] {
			told[reason] = true
			out.WriteString(reason + "。")
		}
	}
	return out.String()
}

// Dismissed tells in Chinese which keywords of the best n categories stand in
// the text without counting, each once.
func (e *Explanation) Dismissed(n int) []string {
	var list []string
	for _, d := range e.Discarded {
		concerns := slices.ContainsFunc(e.Categories[:min(n, len(e.Categories))], func(c CategoryReasons) bool {
			return slices.Contains(d.Categories, c.Category)
		})
		if reason := d.Reason(); concerns && !slices.Contains(list, reason) {
			list = append(list, reason)
		}
	}
	return list
}

// sides tells which words spoke for and which against.
func sides(words []WordReason) string {
	against := slices.IndexFunc(words, func(w WordReason) bool { return w.Share <= 0 })
	if against < 0 {
		against = len(words)
	}
	var out string
	if against > 0 {
		out += "支持它的词：" + strings.Join(listed(words[:against]), "、") + "。"
	}
	if against < len(words) {
		out += "反对它的词：" + strings.Join(listed(words[against:]), "、") + "。"
	}
	return out
}

// listed names words with their shares; many are cut short.
func listed(words []WordReason) []string {
	list := make([]string, 0, min(len(words), toldWords))
	for i, w := range words {
		if i == toldWords {
			list[i-1] += fmt.Sprintf("等 %d 个词", len(words))
			break
		}
		list = append(list, fmt.Sprintf("%s（%s%+.2f）", w.Keyword, w.Place, w.Share))
	}
	return list
}

// Times tells where and how often a word stands.
func (w WordReason) Times() string {
	var parts []string
	if w.Title > 0 && w.Place != InContent.name() {
		parts = append(parts, fmt.Sprintf("标题 %d 次", w.Title))
	}
	if w.Content > 0 && w.Place != InTitle.name() {
		parts = append(parts, fmt.Sprintf("正文 %d 次", w.Content))
	}
	return strings.Join(parts, "，")
}

package reports

import (
	"fmt"
	"strings"
	"time"

	"huiyin/ticket"
)

func (b *builder) head() Head {
	rules := b.policy.Rules
	h := Head{
		Title: b.title(), Organ: rules.Organ, Distribution: rules.Distribution, Issue: b.issue(),
		Period: spanName(b.of.First, ticket.DateOf(time.Unix(b.cutoff-1, 0))), Date: dayText(b.now),
	}
	if b.samples > 0 {
		h.Marks = append(h.Marks, "样例数据：本报告含编造的演示工单，不反映真实情况，不得作为依据")
	}
	if !b.complete {
		h.Marks = append(h.Marks, fmt.Sprintf("数据不全：%s尚未结束，统计截至%s，与以往比较均按相同天数", b.words.this, momentText(b.now)))
	}
	switch {
	case b.scope.Unit != "" && b.scope.Enforcement:
		h.Marks = append(h.Marks, fmt.Sprintf("统计范围：只含%s主办的执法类投诉", b.policy.Units.Name(b.scope.Unit)))
	case b.scope.Unit != "":
		h.Marks = append(h.Marks, fmt.Sprintf("统计范围：只含%s主办的工单，协办的不在内", b.policy.Units.Name(b.scope.Unit)))
	case b.scope.Enforcement:
		h.Marks = append(h.Marks, "统计范围：只含执法类投诉")
	}
	return h
}

// title turns the monthly title of the policy into that of the period.
func (b *builder) title() string {
	title, report := b.policy.Rules.Title, b.words.report
	if base, ok := strings.CutSuffix(title, wordsOf[OfMonth].report); ok {
		return base + report
	}
	return title
}

func (b *builder) issue() string {
	t := b.of.Start()
	issue := b.of.Name()
	switch b.of.Kind {
	case OfMonth:
		issue = fmt.Sprintf("%d年第%d期", t.Year(), t.Month())
	case OfYear:
		issue = fmt.Sprintf("%d年度", t.Year())
	}
	if name := b.scope.name(b.policy.Units); name != "" {
		issue += "（" + name + "分册）"
	}
	return issue
}

// lastMonth is the month in which the period ends.
func (b *builder) lastMonth() ticket.Month { return ticket.MonthOf(b.of.Last.Start()) }

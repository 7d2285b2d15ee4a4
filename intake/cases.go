package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"huiyin/classify"
	"huiyin/ticket"
	"huiyin/workflow/cases"
)

// caseMapping is the mapping of tables of cases, unless another is named.
const caseMapping = "anjian"

// UseCases lets the line import closed cases of penalty; nil: it refuses them.
func (l *Line) UseCases(c *cases.Cabinet) { l.cases.Store(c) }

// caseWords say in the words of a case what a form's faults say of a ticket.
var caseWords = strings.NewReplacer("工单编号", "案件编号", "来电时间", "结案日期", "来电号码", "联系电话", "来电人", "当事人", "标题和内容都是空的，至少要有一项", "案由是空的", "标题", "案由", "内容", "违法事实", "被反映对象", "承办单位")

// judgeCase makes a filing of a row's form.
func (run *importing) judgeCase(it *item) error {
	form := it.form
	form.Channel = ticket.ChannelMessage // a form of a case is as long as any other
	c := checker{faults: append(it.faults, form.Check(run.now)...)}
	if blank(form.SourceNo) && !c.hasFault("source_no") {
		c.fault("source_no", "missing", "案件编号是空的")
	}
	if blank(form.Title) {
		c.fault("title", "missing", "案由是空的")
	}
	if form.CalledAt.IsZero() && !c.hasFault("called_at") {
		c.fault("called_at", "missing", "结案日期是空的，只有已结案的案件才抽取回访")
	}
	if form.CalledAt.After(run.now) && !c.hasFault("called_at") {
		c.fault("called_at", "in_future", "结案日期在将来，请核对")
	}
	unit, known := run.unitNamed(form.Subject)
	if !known {
		c.fault("subject", "unknown_unit", fmt.Sprintf("承办单位“%s”不在单位目录里，请写目录里的名称或把这个叫法加为别名", clip(classify.Clean(form.Subject), 30)))
	}
	for i := range c.faults {
		c.faults[i].Message = caseWords.Replace(c.faults[i].Message)
	}
	if it.faults = c.faults; len(it.faults) > 0 {
		return nil
	}
	form = *it.form.sealing(run.values)
	words := redactor{own: form.given(run.values)}
	it.filing = cases.Filing{
		No: form.SourceNo, Cause: words.text(form.Title), Facts: words.text(form.Content), Unit: unit, County: classify.Clean(form.Area),
		Closed: ticket.DateOf(form.CalledAt),
	}
	it.opening.Ticket = ticket.Ticket{Channel: ticket.ChannelCase, SourceNo: form.SourceNo, Title: it.filing.Cause, Content: it.filing.Facts}
	party := form.caller(run.values)
	party.Redacted = words.removed
	var err error
	it.filing.Sealed, err = run.line.sealCaller(&it.opening.Ticket, party, form.Private)
	return err
}

// unitNamed finds a unit by code, name, short name or alias.
func (run *importing) unitNamed(name string) (code string, ok bool) {
	name = strings.Join(strings.Fields(classify.Clean(name)), "")
	if name == "" {
		return "", false
	}
	for _, u := range run.rules.Policy.Units {
		if u.Code == name || u.Name == name || u.Short == name || slices.Contains(u.Aliases, name) {
			return u.Code, true
		}
	}
	return "", false
}

// fileCases keeps the cases of a chunk.
func (run *importing) fileCases(ctx context.Context, items []*item) error {
	return run.eachCase(ctx, items, func(f cases.Filing) (bool, error) { return run.cabinet.File(ctx, run.now, run.actor, f) })
}

// wouldFile looks which cases are there, and changes nothing.
func (run *importing) wouldFile(ctx context.Context, items []*item) error {
	return run.eachCase(ctx, items, func(f cases.Filing) (bool, error) { return run.cabinet.Has(ctx, f.No) })
}

func (run *importing) eachCase(ctx context.Context, items []*item, do func(cases.Filing) (existing bool, err error)) error {
	for _, it := range items {
		existing, err := do(it.filing)
		if err != nil {
			return err
		}
		if err := run.count(ctx, it, "", existing); err != nil {
			return err
		}
	}
	return nil
}

// SealParty seals the personal data of a case's party.
func (l *Line) SealParty(no string, party ticket.Caller) ([]byte, error) {
	return l.sealCaller(&ticket.Ticket{Channel: ticket.ChannelCase, SourceNo: no}, party, nil)
}

// Party opens the personal data of a case's party. Whether the viewer may see
// it was asked before. Errors are those of seal.Keys.Open.
func (l *Line) Party(sealed []byte, no string) (ticket.Caller, error) {
	return l.Caller(&ticket.Ticket{Channel: ticket.ChannelCase, SourceNo: no, Sealed: sealed})
}

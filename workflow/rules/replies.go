package rules

import (
	"errors"
	"io/fs"

	"huiyin/internal/policyfile"
)

const repliesFile = "replies.csv"

// ReplyTemplate is how a reply of a kind may begin. What stands in 【】 has to be
// replaced by what is the case.
type ReplyTemplate struct {
	Category Pattern
	Name     string
	Texts    map[string]string // by the fields of the reply
}

// replyColumns are the columns of the table and the fields that they fill.
var replyColumns = map[string]string{"基本情况": "facts", "办理过程": "handling", "办理依据": "basis", "公开答复": "public_reply"}

// RepliesFor lists the templates for a category: its own first, then those of
// its group, then those for all.
func (p *Policy) RepliesFor(category string) []ReplyTemplate {
	var own, group, all []ReplyTemplate
	for _, r := range p.Replies {
		switch {
		case !r.Category.Match(category):
		case string(r.Category) == category:
			own = append(own, r)
		case r.Category == "*" || r.Category == "":
			all = append(all, r)
		default:
			group = append(group, r)
		}
	}
	return append(append(own, group...), all...)
}

// replies reads the templates. Folders that were published before the file
// existed do without.
func (l *loader) replies() {
	if _, err := fs.Stat(l.fsys, repliesFile); errors.Is(err, fs.ErrNotExist) {
		return
	}
	l.read(repliesFile, []string{"类别", "名称", "基本情况", "办理过程", "办理依据", "公开答复"}, nil, func(row policyfile.Row) {
		r := ReplyTemplate{Category: l.pattern(row), Name: row.Get("名称"), Texts: map[string]string{}}
		for column, field := range replyColumns {
			if text := row.Get(column); text != "" {
				r.Texts[field] = text
			}
		}
		if r.Name == "" || len(r.Texts) == 0 {
			row.Fault("名称", "范本要有名称，并且至少写一栏内容")
		}
		l.policy.Replies = append(l.policy.Replies, r)
	})
}

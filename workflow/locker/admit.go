package locker

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"huiyin/ticket"
	"huiyin/workflow/filetype"
	"huiyin/workflow/rules"
)

// Upload is a file as somebody hands it in.
type Upload struct {
	Name    string
	Content []byte
}

// Admit checks files against the policy, every fault at once, and keeps them
// when there is none. have are the files that the ticket holds already. The
// error is ErrNoRoom or the disk's.
func (l *Locker) Admit(p rules.Files, uploads []Upload, have []ticket.Attachment, public bool) ([]ticket.File, []ticket.FieldFault, error) {
	a := admission{policy: p, public: public}
	a.amount(uploads, have)
	var kept []admitted
	for _, u := range uploads {
		if one, ok := a.one(u); ok {
			kept = append(kept, one)
		}
	}
	if len(a.faults) > 0 {
		return nil, a.faults, nil
	}
	files := make([]ticket.File, len(kept))
	for i, one := range kept {
		sum, err := l.Put(one.content, p.Spare)
		if err != nil {
			return nil, nil, err
		}
		files[i] = ticket.File{SHA256: sum, Size: int64(len(one.content)), Type: one.kind.Name, Name: one.name}
	}
	return files, nil, nil
}

type admission struct {
	policy rules.Files
	public bool
	faults []ticket.FieldFault
}

type admitted struct {
	kind    filetype.Type
	name    string
	content []byte
}

func (a *admission) fault(code, format string, args ...any) {
	a.faults = append(a.faults, ticket.FieldFault{Field: ticket.FilesField, Code: code, Message: fmt.Sprintf(format, args...)})
}

// amount checks how many files come at once, and how many and how much the
// ticket holds with them.
func (a *admission) amount(uploads []Upload, have []ticket.Attachment) {
	at := a.policy.AtOnce
	if a.public {
		at = a.policy.PublicAtOnce
	}
	var size int64
	for _, f := range have {
		size += f.Size
	}
	for _, u := range uploads {
		size += int64(len(u.Content))
	}
	switch {
	case len(uploads) == 0:
		a.fault("missing", "请选择要上传的文件")
	case len(uploads) > at:
		a.fault("too_many", "一次最多上传 %d 个文件，现在是 %d 个", at, len(uploads))
	case len(have)+len(uploads) > a.policy.PerTicket:
		a.fault("too_many", "一件工单最多 %d 个附件，已经有 %d 个", a.policy.PerTicket, len(have))
	case size > a.policy.Total:
		a.fault("too_much", "一件工单的附件合计最多 %s，加上这些就是 %s", SizeText(a.policy.Total), SizeText(size))
	}
}

// one checks a file by itself.
func (a *admission) one(u Upload) (admitted, bool) {
	name := shownName(u.Name)
	kind, known := filetype.Sniff(u.Content)
	rule, allowed := a.policy.Types[kind.Name]
	switch {
	case len(u.Content) == 0:
		a.fault("empty", "“%s”是空文件", name)
		return admitted{}, false
	case !known:
		a.fault("wrong_type", "“%s”不是可以上传的文件（按内容辨认，不看文件名）。可以上传：%s", name, a.policy.Allowed(a.public))
		return admitted{}, false
	case !allowed || a.public && !rule.Public:
		a.fault("wrong_type", "“%s”是%s，这里不收。可以上传：%s", name, kind.Title, a.policy.Allowed(a.public))
		return admitted{}, false
	case int64(len(u.Content)) > rule.Max:
		a.fault("too_large", "“%s”有 %s，%s每个最大 %s", name, SizeText(int64(len(u.Content))), kind.Title, SizeText(rule.Max))
		return admitted{}, false
	}
	content, err := kind.Clean(u.Content)
	switch {
	case errors.Is(err, filetype.ErrMacro):
		a.fault("macro", "“%s”里带有宏程序，不能上传；请另存为不带宏的文件", name)
		return admitted{}, false
	case err != nil:
		a.fault("broken", "“%s”已经损坏或没有传完整，请重新选择", name)
		return admitted{}, false
	}
	return admitted{kind, kind.FileName(name), content}, true
}

const nameMax = 80 // characters

// shownName is a file's name without a path, control characters and numbers
// that could be somebody's.
func shownName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(c rune) rune {
		if c == utf8.RuneError || unicode.IsControl(c) || unicode.In(c, unicode.Cf) || strings.ContainsRune(`"<>|:*?`, c) {
			return -1
		}
		if unicode.IsSpace(c) {
			return ' '
		}
		return c
	}, name)
	name, _ = ticket.Redact(strings.Trim(name, " ."))
	if runes := []rune(name); len(runes) > nameMax { // the end tells more: it holds the ending
		name = string(runes[:nameMax/2]) + "…" + string(runes[len(runes)-nameMax/2+1:])
	}
	if name == "" {
		return "附件"
	}
	return name
}

// SizeText is a size as people read it.
func SizeText(n int64) string {
	switch {
	case n >= 1<<20:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(n)/(1<<20)), ".0") + " MB"
	case n >= 1<<10:
		return fmt.Sprintf("%d KB", (n+1<<9)>>10)
	}
	return fmt.Sprintf("%d 字节", n)
}

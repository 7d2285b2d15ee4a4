package rules

import (
	"errors"
	"io/fs"
	"strconv"
	"time"

	"huiyin/internal/policyfile"
)

const (
	deskFile   = "desk.csv"
	recallItem = "撤回秒数"
	// recallMost keeps what is called a slip of the hand from becoming a way of
	// holding tickets back.
	recallMost = 300
)

// desk reads the rules of the operators' desk. Folders that were published
// before the file existed do without: then nothing can be recalled.
func (l *loader) desk() {
	if _, err := fs.Stat(l.fsys, deskFile); errors.Is(err, fs.ErrNotExist) {
		return
	}
	said := false
	l.read(deskFile, []string{"项目", "值", "说明"}, nil, func(row policyfile.Row) {
		if row.Get("项目") != recallItem {
			row.Fault("项目", "不认识“%s”，这里只有“%s”", row.Get("项目"), recallItem)
			return
		}
		seconds, err := strconv.Atoi(row.Get("值"))
		switch {
		case said:
			row.Fault("项目", "“%s”写了两行", recallItem)
		case err != nil || seconds < 0 || seconds > recallMost:
			row.Fault("值", "“%s”应为 0 到 %d 的整数", row.Get("值"), recallMost)
		}
		said = true
		l.policy.RecallWithin = time.Duration(seconds) * time.Second
	})
}

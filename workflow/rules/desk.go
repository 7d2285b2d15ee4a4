package rules

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"huiyin/internal/policyfile"
)

const (
	deskFile   = "desk.csv"
	recallItem = "撤回秒数"
	keepsItem  = "改轻仍回访"
	exportItem = "导出最多件数"
	// recallMost keeps what is called a slip of the hand from becoming a way of
	// holding tickets back.
	recallMost = 300
	exportMost = 1_000_000
	// exportDefault is for folders that were published before the item existed.
	exportDefault = 50_000
)

// desk reads the rules of the console. Folders that were published before the
// file existed do without: then nothing can be recalled.
func (l *loader) desk() {
	l.policy.ExportMost = exportDefault
	if _, err := fs.Stat(l.fsys, deskFile); errors.Is(err, fs.ErrNotExist) {
		return
	}
	items := []struct {
		name string
		most int
		set  func(int)
	}{
		{recallItem, recallMost, func(n int) { l.policy.RecallWithin = time.Duration(n) * time.Second }},
		{keepsItem, 1, func(n int) { l.policy.ForgetsClass = n == 0 }},
		{exportItem, exportMost, func(n int) { l.policy.ExportMost = n }},
	}
	said := map[string]bool{}
	l.read(deskFile, []string{"项目", "值", "说明"}, nil, func(row policyfile.Row) {
		name := row.Get("项目")
		for _, item := range items {
			if item.name != name {
				continue
			}
			n, err := strconv.Atoi(row.Get("值"))
			switch {
			case said[name]:
				row.Fault("项目", "“%s”写了两行", name)
			case err != nil || n < 0 || n > item.most:
				row.Fault("值", "“%s”应为 0 到 %d 的整数", row.Get("值"), item.most)
			default:
				item.set(n)
			}
			said[name] = true
			return
		}
		row.Fault("项目", "不认识“%s”，这里只有“%s”", name, strings.Join([]string{recallItem, keepsItem, exportItem}, "”“"))
	})
}

package rules

import (
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"huiyin/internal/policyfile"
	"huiyin/workflow/filetype"
)

const (
	filesFile      = "attachments.csv"
	fileLimitsFile = "filelimits.csv"
)

// Files is which files tickets take.
type Files struct {
	Types        map[string]FileRule // by the names of filetype.Types; empty: no files
	order        []string
	AtOnce       int   // files in one step
	PublicAtOnce int   // with a form of the public page
	PerTicket    int   // files
	Total        int64 // bytes a ticket
	Spare        int64 // bytes that the disk must have left
}

// FileRule is what holds for a type of file.
type FileRule struct {
	Max    int64 // bytes
	Public bool  // taken with a form of the public page
}

// Allowed lists the types that are taken, in the order of the table.
func (f Files) Allowed(public bool) string {
	var names []string
	for _, name := range f.order {
		if !public || f.Types[name].Public {
			names = append(names, name)
		}
	}
	return strings.Join(names, "、")
}

// Endings are the file names that a chooser of files offers: .jpg,.jpeg,….
func (f Files) Endings(public bool) string {
	var endings []string
	for _, name := range f.order {
		if t, _ := filetype.Find(name); !public || f.Types[name].Public {
			for _, e := range t.Exts {
				endings = append(endings, "."+e)
			}
		}
	}
	return strings.Join(endings, ",")
}

// Largest is the most that a single file may have, in bytes.
func (f Files) Largest(public bool) int64 {
	var most int64
	for _, r := range f.Types {
		if !public || r.Public {
			most = max(most, r.Max)
		}
	}
	return most
}

// fileMost is the largest file that any policy can allow, in MB: a request
// with several of them must stay under what the service reads.
const fileMost = 50

// files reads which files tickets take. Folders that were published before the
// tables existed do without: then none are taken.
func (l *loader) files() {
	if _, err := fs.Stat(l.fsys, filesFile); errors.Is(err, fs.ErrNotExist) {
		return
	}
	f := &l.policy.Files
	f.Types = map[string]FileRule{}
	names := make([]string, len(filetype.Types))
	for i, t := range filetype.Types {
		names[i] = t.Name
	}
	l.read(filesFile, []string{"类型", "最大MB", "公开表单", "说明"}, nil, func(row policyfile.Row) {
		name := row.Get("类型")
		most, err := strconv.ParseFloat(row.Get("最大MB"), 64)
		switch {
		case !slices.Contains(names, name):
			row.Fault("类型", "“%s”应为 %s 之一", name, strings.Join(names, "、"))
		case slices.Contains(f.order, name):
			row.Fault("类型", "“%s”写了两行", name)
		case err != nil || !(most > 0 && most <= fileMost):
			row.Fault("最大MB", "“%s”应为大于 0、不超过 %d 的数", row.Get("最大MB"), fileMost)
		default:
			f.Types[name] = FileRule{Max: int64(most * (1 << 20)), Public: row.Bool("公开表单")}
			f.order = append(f.order, name)
		}
	})
	l.fileLimits(f)
}

func (l *loader) fileLimits(f *Files) {
	count := func(name string, most float64, to *int) policyfile.Number {
		return policyfile.Number{Name: name, Low: 1, High: most, Whole: true, Set: func(v float64) { *to = int(v) }}
	}
	megabytes := func(name string, low, most float64, to *int64) policyfile.Number {
		return policyfile.Number{Name: name, Low: low, High: most, Whole: true, Set: func(v float64) { *to = int64(v) << 20 }}
	}
	err := policyfile.ReadNumbers(l.fsys, fileLimitsFile, []policyfile.Number{
		count("一次最多几个", 20, &f.AtOnce), count("公开表单最多几个", 20, &f.PublicAtOnce), count("每件工单最多几个", 200, &f.PerTicket),
		megabytes("每件工单合计最大MB", 1, 2000, &f.Total), megabytes("磁盘至少留MB", 0, 1<<20, &f.Spare),
	})
	var faults policyfile.Faults
	if errors.As(err, &faults) {
		l.faults = append(l.faults, faults...)
	}
}

// Package rules is the bureau's policy as the workflow understands it: who
// handles what, how long it may take, who is called back, what puts a ticket
// under supervision. It reads the files of the policy folder, names every fault
// in them, and answers questions about a ticket. It keeps nothing.
package rules

import (
	"io/fs"
	"slices"
	"strings"
	"time"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// Policy is what the workflow reads of the policy folder: who handles what,
// how long it may take, who is called back. It is immutable; a changed policy
// is a new value.
type Policy struct {
	Version      int
	Units        ticket.Units
	Categories   ticket.Categories
	Calendar     *ticket.Calendar
	Worktime     Worktime
	Routes       []Route
	Limits       []LimitRow
	Callbacks    []CallbackRow
	Supervisions []SupervisionRow
	Grounds      Grounds
	// RecallWithin is how long after a dispatch or transfer whoever took it may
	// take it back; 0: never.
	RecallWithin time.Duration
	ExportMost   int // tickets in one export; 0: none is allowed
	// ForgetsClass is true where the callback goes by what a ticket is taken for
	// when its reply is approved, whatever it was taken for before.
	ForgetsClass bool
	Files        Files
	Replies      []ReplyTemplate
}

// Load reads and checks the workflow's files of the policy folder. The
// error is a policyfile.Faults with every fault of every file.
func Load(fsys fs.FS, categories ticket.Categories) (*Policy, error) {
	l := loader{fsys: fsys, policy: &Policy{Categories: categories}}
	l.units()
	l.calendar()
	l.routes()
	l.limits()
	l.callbacks()
	l.supervisions()
	l.grounds()
	l.desk()
	l.files()
	l.replies()
	if err := l.faults.Err(); err != nil {
		return nil, err
	}
	return l.policy, nil
}

// loader collects the faults of all files, so that they are shown at once.
type loader struct {
	fsys   fs.FS
	policy *Policy
	faults policyfile.Faults
}

// read calls each with every row and keeps the faults, those that each adds included.
func (l *loader) read(file string, required, optional []string, each func(policyfile.Row)) {
	table := policyfile.Read(l.fsys, file, required, optional)
	for _, row := range table.Rows {
		each(row)
	}
	l.faults = append(l.faults, table.Faults...)
}

var unitKinds = []ticket.UnitKind{
	ticket.UnitDepartment, ticket.UnitAffiliated, ticket.UnitCounty,
	ticket.UnitZone, ticket.UnitExternal, ticket.UnitDiscipline,
}

func (l *loader) units() {
	seen := map[string]int{}
	l.read("units.csv", []string{"编码", "名称", "简称", "性质", "县区", "别名", "启用"}, nil, func(row policyfile.Row) {
		u := ticket.Unit{
			Code: row.Get("编码"), Name: row.Get("名称"), Short: row.Get("简称"),
			Kind: ticket.UnitKind(row.Get("性质")), County: row.Get("县区"), Aliases: row.List("别名"),
			Disabled: row.Get("启用") != "" && !row.Bool("启用"),
		}
		switch {
		case u.Code == "" || u.Code == ticket.RouteCounty || strings.ContainsAny(u.Code, " ;:{}*"):
			row.Fault("编码", "单位编码“%s”不能用：不得为空、不得是 county，也不得含空格和 ; : { } *", u.Code)
		case seen[u.Code] > 0:
			row.Fault("编码", "单位编码“%s”与第%d行重复", u.Code, seen[u.Code])
		case u.Name == "":
			row.Fault("名称", "单位名称不能为空")
		case !slices.Contains(unitKinds, u.Kind):
			row.Fault("性质", "单位性质“%s”应为 局机关、直属单位、县区、功能区、外部单位、纪检 之一", u.Kind)
		case (u.Kind == ticket.UnitCounty || u.Kind == ticket.UnitZone) && u.County == "":
			row.Fault("县区", "%s单位要写明管辖的县区", u.Kind)
		}
		seen[u.Code] = row.Line
		l.policy.Units = append(l.policy.Units, u)
	})
}

// unitCodes checks a list of unit codes of a row; county stands for the unit
// of the ticket's county.
func (l *loader) unitCodes(row policyfile.Row, column string) []string {
	codes := row.List(column)
	for _, code := range codes {
		if code == ticket.RouteCounty {
			continue
		}
		u, ok := l.policy.Units.Find(code)
		switch {
		case !ok:
			row.Fault(column, "单位“%s”不在 units.csv 中", code)
		case u.Disabled:
			row.Fault(column, "单位“%s”已停用", code)
		}
	}
	return codes
}

// Pattern matches category codes: "*" or empty all, "B*" a prefix, else one.
type Pattern string

// Match reports whether a code falls under the pattern.
func (p Pattern) Match(code string) bool {
	if prefix, ok := strings.CutSuffix(string(p), "*"); ok || p == "" {
		return strings.HasPrefix(code, prefix)
	}
	return code == string(p)
}

func (l *loader) pattern(row policyfile.Row) Pattern {
	const column = "类别"
	p := Pattern(row.Get(column))
	if !slices.ContainsFunc(l.policy.Categories, func(c ticket.Category) bool { return p.Match(c.Code) }) {
		row.Fault(column, "类别“%s”不在 categories.csv 中（可写编码、A* 或 *）", p)
	}
	return p
}

// oneOf reads a cell that must be empty, "*" or one of the given names, and
// returns the value that the name stands for; the zero value means any.
func oneOf[V ~string](row policyfile.Row, column string, values []V, name func(V) string) V {
	var unset V
	cell := row.Get(column)
	if cell == "" || cell == "*" {
		return unset
	}
	names := make([]string, 0, len(values))
	for _, v := range values {
		if name(v) == cell || string(v) == cell {
			return v
		}
		names = append(names, name(v))
	}
	row.Fault(column, "“%s”应为 %s 之一，或留空表示不限", cell, strings.Join(names, "、"))
	return unset
}

func readChannel(row policyfile.Row) ticket.Channel {
	return oneOf(row, "渠道", ticket.Channels, ticket.Channel.Name)
}

func readKind(row policyfile.Row) ticket.Kind {
	return oneOf(row, "类型", ticket.Kinds, ticket.Kind.Name)
}

package dossier

import (
	"fmt"
	"slices"
	"strings"

	"huiyin/ticket"
)

//go:generate go test -run TestMattersDocumentIsTheTables -update .

// Document is docs/matters.md: tables as people read them.
func Document(tables ...*Table) []byte {
	var b strings.Builder
	b.WriteString("# 工单以外的事项：状态和步骤\n\n")
	b.WriteString("本页由各自的流程表生成（`go generate ./workflow/dossier`），测试保证一致；不要手改。带 * 的是必填；“自动”表示系统也可以自己办。\n")
	for _, t := range tables {
		t.document(&b)
	}
	return []byte(b.String())
}

func (t *Table) document(b *strings.Builder) {
	names := make([]string, len(t.States))
	for i, s := range t.States {
		names[i] = s.Name + "（`" + string(s.State) + "`）"
	}
	fmt.Fprintf(b, "\n## %s\n\n状态：%s。\n\n| 步骤 | 名称 | 从 | 到 | 谁 | 填写 | 还要 |\n|---|---|---|---|---|---|---|\n", t.Noun, strings.Join(names, "、"))
	for i := range t.Steps {
		s := &t.Steps[i]
		fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s | %s | %s |\n", s.Step, s.Name, t.sources(s), t.target(s), s.who(), s.fieldNames(), t.rules(s))
	}
}

func orDash(parts []string) string {
	if len(parts) == 0 {
		return "–"
	}
	return strings.Join(parts, "、")
}

func (t *Table) sources(s *Step) string {
	if len(s.From) == len(t.States) {
		return "任一状态"
	}
	names := make([]string, len(s.From))
	for i, state := range s.From {
		names[i] = t.StateName(state)
	}
	return orDash(names)
}

func (t *Table) target(s *Step) string {
	if s.To == ticket.None {
		return "不变"
	}
	return t.StateName(s.To)
}

func (s *Step) who() string {
	var who []string
	for _, r := range s.Roles {
		if r == ticket.UnitHandler {
			who = append(who, "责任单位")
		} else {
			who = append(who, r.Name())
		}
	}
	if s.Auto {
		who = append(who, "自动")
	}
	return orDash(who)
}

func (s *Step) fieldNames() string {
	var names []string
	for _, f := range s.Fields {
		if f.Required {
			names = append(names, f.Label+"*")
		} else {
			names = append(names, f.Label)
		}
	}
	return orDash(names)
}

// rules are the words of the row, and whose own work it may not judge.
func (t *Table) rules(s *Step) string {
	var rules []string
	if s.Rule != "" {
		rules = append(rules, s.Rule)
	}
	var names []string
	for _, other := range slices.Concat(s.NotBy, s.NotLastBy) {
		if row, ok := t.Find(other); ok {
			names = append(names, row.Name)
		}
	}
	if len(names) > 0 && !strings.Contains(s.Rule, "不能") {
		rules = append(rules, "不能与办“"+strings.Join(names, "”“")+"”的是同一人")
	}
	if len(rules) == 0 {
		return "–"
	}
	return strings.Join(rules, "；")
}

package steps

import (
	"fmt"
	"slices"
	"strings"

	"huiyin/ticket"
)

//go:generate go test -run TestStatesDocumentIsTheTable -update .

// Document is docs/states.md: the table as people read it.
func Document() []byte {
	var b strings.Builder
	b.WriteString("# 工单的状态和步骤\n\n")
	b.WriteString("本页由 `workflow/steps/transitions.go` 的流程表生成（`go generate ./workflow/steps`），测试保证两者一致；不要手改。\n\n")
	writeStates(&b)
	writeEverywhere(&b)
	writeDiagram(&b)
	writeSteps(&b)
	writeRoles(&b)
	return []byte(b.String())
}

func writeStates(b *strings.Builder) {
	kinds := map[ticket.StateType]string{
		ticket.Open: "在办", ticket.Waiting: "在办，停表", ticket.Final: "了结", ticket.Follows: "随主单", ticket.Sealed: "了结，密",
	}
	b.WriteString("## 状态\n\n| 状态 | 名称 | 性质 | 在走的时限 | 从这里可以 |\n|---|---|---|---|---|\n")
	for _, s := range ticket.States {
		clocks := make([]string, len(s.Clocks))
		for i, c := range s.Clocks {
			clocks[i] = c.Name()
		}
		var steps []string
		for i := range Transitions {
			if t := &Transitions[i]; slices.Contains(t.From, s.State) && !everywhere(t) {
				steps = append(steps, t.Name)
			}
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s |\n", s.State, s.Name, kinds[s.Type], orDash(clocks), orDash(steps))
	}
}

// everywhere reports whether a step starts from all open states, or from all.
func everywhere(t *Transition) bool {
	return slices.Equal(t.From, OpenStates) || slices.Equal(t.From, anyState)
}

func writeEverywhere(b *strings.Builder) {
	for _, group := range []struct {
		where string
		from  []ticket.State
	}{{"在办的", OpenStates}, {"除移送纪检外，任一状态的", anyState}} {
		var steps []string
		for i := range Transitions {
			if slices.Equal(Transitions[i].From, group.from) {
				steps = append(steps, Transitions[i].Name)
			}
		}
		fmt.Fprintf(b, "\n%s工单都可以：%s。\n", group.where, orDash(steps))
	}
}

func orDash(parts []string) string {
	if len(parts) == 0 {
		return "–"
	}
	return strings.Join(parts, "、")
}

// writeDiagram draws the steps that lead to another state.
func writeDiagram(b *strings.Builder) {
	b.WriteString("\n## 图\n\n只画转到另一状态的步骤。\n\n```mermaid\nstateDiagram-v2\n")
	for _, s := range ticket.States {
		fmt.Fprintf(b, "    %s: %s\n", s.State, s.Name)
	}
	edges := map[string][]string{}
	var order []string
	for i := range Transitions {
		t := &Transitions[i]
		sources := t.From
		if len(sources) == 0 {
			sources = []ticket.State{ticket.None}
		}
		for _, from := range sources {
			for _, to := range t.Leads(from) {
				if from == to {
					continue
				}
				edge := fmt.Sprintf("%s --> %s", orStart(from), to)
				if edges[edge] == nil {
					order = append(order, edge)
				}
				edges[edge] = append(edges[edge], t.Name)
			}
		}
	}
	for _, edge := range order {
		fmt.Fprintf(b, "    %s: %s\n", edge, strings.Join(edges[edge], "、"))
	}
	b.WriteString("```\n")
}

func orStart(s ticket.State) string {
	if s == ticket.None {
		return "[*]"
	}
	return string(s)
}

func writeSteps(b *strings.Builder) {
	b.WriteString("\n## 步骤\n\n带 * 的是必填；“自动”表示系统也可以自己办。\n\n| 步骤 | 名称 | 从 | 到 | 谁 | 填写 | 还要 |\n|---|---|---|---|---|---|---|\n")
	for i := range Transitions {
		t := &Transitions[i]
		var fields []string
		for _, f := range t.Fields {
			label := f.Label
			if f.Required {
				label += "*"
			}
			fields = append(fields, label)
		}
		rule := t.Rule
		if rule == "" {
			rule = "–"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s | %s | %s |\n", t.Step, t.Name, sourcesText(t), targetsText(t), whoText(t), orDash(fields), rule)
	}
}

func sourcesText(t *Transition) string {
	switch {
	case len(t.From) == 0:
		return "–"
	case slices.Equal(t.From, OpenStates):
		return "任一在办状态"
	case slices.Equal(t.From, anyState):
		return "除移送纪检外任一状态"
	}
	return stateNames(t.From)
}

func targetsText(t *Transition) string {
	switch {
	case slices.Equal(t.Targets, OpenStates):
		return "原来的状态"
	case len(t.Targets) > 0:
		return strings.ReplaceAll(stateNames(t.Targets), "、", " 或 ")
	case t.To == ticket.None:
		return "不变"
	}
	return t.To.Name()
}

func stateNames(states []ticket.State) string {
	names := make([]string, len(states))
	for i, s := range states {
		names[i] = s.Name()
	}
	return strings.Join(names, "、")
}

func whoText(t *Transition) string {
	relations := map[Relation]string{LeadUnit: "牵头单位", CoUnit: "配合单位", AnyUnit: "牵头或配合单位"}
	var who []string
	for _, r := range t.Roles {
		if r == ticket.UnitHandler {
			who = append(who, relations[t.Relation])
		} else {
			who = append(who, r.Name())
		}
	}
	if t.Auto {
		who = append(who, "自动")
	}
	return orDash(who)
}

func writeRoles(b *strings.Builder) {
	b.WriteString("\n## 角色\n\n| 角色 | 可以办的步骤 |\n|---|---|\n")
	for _, r := range append(slices.Clone(ticket.Roles), ticket.System) {
		var steps []string
		for i := range Transitions {
			t := &Transitions[i]
			if slices.Contains(t.Roles, r) || r == ticket.System && t.Auto {
				steps = append(steps, t.Name)
			}
		}
		fmt.Fprintf(b, "| %s | %s |\n", r.Name(), orDash(steps))
	}
}

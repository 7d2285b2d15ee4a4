package reports

import (
	"cmp"
	"slices"

	"huiyin/ticket"
)

// Callback is section 10: who was asked afterwards, and what they said.
// It counts the tickets that were settled in the period and are to be called
// back, by what is known when the report is made.
type Callback struct {
	Total  CallbackGroup   `json:"total"`
	Groups []CallbackGroup `json:"groups"`
	// Dissatisfied lists the categories that callers were dissatisfied with.
	Dissatisfied []Count `json:"dissatisfied"`
	// Redone counts the dissatisfied or unsolved ones that went back to work.
	Redone Rate `json:"redone"`
}

// CallbackGroup is a way by which tickets came to be called back.
type CallbackGroup struct {
	Name        string `json:"name"`
	Due         int    `json:"due"`
	Reached     int    `json:"reached"`
	Unreachable int    `json:"unreachable"`
	Waiting     int    `json:"waiting"`
	Responded   Score  `json:"responded"`
	Solved      Score  `json:"solved"`
	Satisfied   Score  `json:"satisfied"`
}

// Done is how many of the due ones were called back, unreachable included.
func (g CallbackGroup) Done() Rate { return Rate{g.Reached + g.Unreachable, g.Due} }

func (g *CallbackGroup) take(f *ticket.Fact) {
	g.Due++
	switch {
	case f.Unreachable:
		g.Unreachable++
		return
	case !f.CalledBack:
		g.Waiting++
		return
	}
	g.Reached++
	countAnswers(f, &g.Responded, &g.Solved, &g.Satisfied)
}

func (b *builder) callback() Callback {
	groups := []CallbackGroup{{Name: "执法类（逐件）"}, {Name: "重办、督办件（逐件）"}, {Name: "其他（按政策逐件或抽取）"}}
	out := Callback{Total: CallbackGroup{Name: "合计"}}
	unhappy := make([]int, len(b.cats.list))
	total := 0
	b.active(func(f *ticket.Fact) {
		if !toBeAsked(f) || !b.current.inside(f.SettledAt()) {
			return
		}
		cat := b.cats.of(f.Category)
		out.Total.take(f)
		groups[b.callbackGroup(f, cat)].take(f)
		if asked(f) && f.Satisfied == ticket.No {
			unhappy[cat]++
			total++
		}
		if asked(f) && (f.Satisfied == ticket.No || f.Solved == ticket.No) {
			out.Redone.count(f.Redos > 0)
		}
	})
	out.Groups = slices.DeleteFunc(groups, func(g CallbackGroup) bool { return g.Due == 0 })
	for i, n := range unhappy {
		if n > 0 {
			out.Dissatisfied = append(out.Dissatisfied, Count{Code: b.cats.list[i].Code, Name: b.cats.list[i].Name, Count: n, Share: Rate{n, total}})
		}
	}
	slices.SortStableFunc(out.Dissatisfied, func(x, y Count) int { return cmp.Compare(y.Count, x.Count) })
	return out
}

func (b *builder) callbackGroup(f *ticket.Fact, cat int) int {
	switch {
	case b.cats.enforcement[cat]:
		return 0
	case f.Redos > 0 || f.Supervision != ticket.Unsupervised:
		return 1
	}
	return 2
}

// Supervised is section 11.
type Supervised struct {
	Levels []SupervisedLevel `json:"levels"`
	Total  SupervisedLevel   `json:"total"`
	// Urged counts the tickets that were urged, and how often.
	Urged      int `json:"urged"`
	UrgedTimes int `json:"urged_times"`
	// Units lists the units with supervised tickets still open.
	Units []Count `json:"units"`
}

// SupervisedLevel is a level of supervision: the highest that a ticket reached.
type SupervisedLevel struct {
	Level    ticket.Supervision `json:"level"`
	Name     string             `json:"name"`
	Tickets  int                `json:"tickets"`
	Closed   int                `json:"closed"`
	Open     int                `json:"open"`
	OpenLate int                `json:"open_late"`
}

func (l *SupervisedLevel) take(closed, late bool) {
	l.Tickets++
	switch {
	case closed:
		l.Closed++
	default:
		l.Open++
		if late {
			l.OpenLate++
		}
	}
}

func (b *builder) supervision() Supervised {
	levels := []ticket.Supervision{ticket.SupervisionNormal, ticket.SupervisionYellow, ticket.SupervisionRed}
	out := Supervised{Total: SupervisedLevel{Name: "合计"}}
	for _, l := range levels {
		out.Levels = append(out.Levels, SupervisedLevel{Level: l, Name: l.Name()})
	}
	open := map[string]int{}
	b.active(func(f *ticket.Fact) {
		if f.Urged > 0 {
			out.Urged++
			out.UrgedTimes += f.Urged
		}
		i := slices.Index(levels, f.Supervision)
		if i < 0 {
			return
		}
		settled := b.current.settled(f)
		done := !settled.IsZero() || leftQuietly(f)
		late := !f.CloseDue.IsZero() && f.CloseDue.Unix() < b.cutoff
		out.Levels[i].take(done, late)
		out.Total.take(done, late)
		if !done {
			open[f.Lead]++
		}
	})
	for _, code := range sortedKeys(open) {
		out.Units = append(out.Units, Count{Code: code, Name: b.unitName(code), Count: open[code], Share: Rate{open[code], out.Total.Open}})
	}
	slices.SortStableFunc(out.Units, func(x, y Count) int { return cmp.Compare(y.Count, x.Count) })
	return out
}

func (b *builder) unitName(code string) string {
	if code == "" {
		return "未分派"
	}
	return b.policy.Units.Short(code)
}

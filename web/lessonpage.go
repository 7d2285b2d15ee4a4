package web

import (
	"fmt"
	"slices"
	"strconv"

	"huiyin/classify/adjust"
	"huiyin/intake"
	"huiyin/intake/lessons"
	"huiyin/ticket"
)

// lessonView is a month's proposal for the lexicon.
type lessonView struct {
	proposalFrame
	Advice               notice
	Figures              []cardView
	Turns                []moveRow
	Rows                 []lessonRow
	Classes              []classRow
	OpenSpan             string
	OpenMoves, OpenUnits []moveRow
	Doubts               []doubtRow
	Reroutes             []rerouteRow
	Learned              string
	MayRead              bool
	Chosen               int
}

type lessonRow struct {
	N, At, Word, Category, Before, After, Href string
	Kind                                       chip
	Mended, For, Against, Callers              int
	Ticked, Shown                              bool
	Tickets                                    []evidenceRow
}

type classRow struct {
	Category         string
	N, Before, After int
	Change           chip
}

type doubtRow struct {
	Word, Category, Weight, Href string
	Misled, Helped               int
}

type rerouteRow struct {
	Category, County, Before, After, Href string
	N                                     int
}

func (s *Server) lessonPage(d *deciding, refused []string) error {
	lesson, err := lessons.Of(&d.proposal)
	if err != nil {
		return err
	}
	view := lessonView{proposalFrame: s.proposalFrame(d, lesson.Month.Name()+"词表建议", "从改判里学到的关键词，采纳以后才生效")}
	view.Refused = refused
	view.Advice = adviceNotice(&lesson)
	view.Learned = fmt.Sprintf("标注取自%s至%s收到的工单：改判 %d 件，照原样办的 %d 件。", lesson.From.Name(), lesson.Month.Name(), lesson.Corrected, lesson.Confirmed)
	names := s.policyNames()
	view.Turns = movesOf(lesson.Turns, names.category, 8)
	for _, c := range lesson.Doubts {
		view.Doubts = append(view.Doubts, doubtRow{
			Word: c.Word, Category: c.Category + " " + names.category(c.Category), Weight: weightText(c.Weight), Misled: c.Misled, Helped: c.Helped,
			Href: sheetAddress("keywords.csv", map[string]string{"q": c.Word}),
		})
	}
	for _, r := range lesson.Reroutes {
		view.Reroutes = append(view.Reroutes, rerouteRow{
			Category: r.Category + " " + names.category(r.Category), County: r.County, Before: names.unit(r.Before), After: names.unit(r.After), N: r.Tickets,
			Href: sheetAddress("routes.csv", map[string]string{"value": r.Category}),
		})
	}
	if lesson.Effect != nil {
		view.measured(&lesson, names)
	}
	return s.lessonRows(d, &view, &lesson, names)
}

func adviceNotice(l *lessons.Lesson) notice {
	n := notice{Text: l.Summary() + "。", Tone: "blue", Icon: "info"}
	switch l.Advice {
	case lessons.Better:
		n.Tone, n.Icon = "green", "check"
	case lessons.NoBetter:
		n.Tone, n.Icon = "amber", "alert"
	}
	return n
}

// measured fills in what the rows are worth on tickets left out, and what they
// would do to the open ones.
func (view *lessonView) measured(l *lessons.Lesson, names glossary) {
	e, o := l.Effect, l.Open
	share := func(part, whole int) string {
		if whole == 0 {
			return "—"
		}
		return fmt.Sprintf("%.1f%%", 100*float64(part)/float64(whole))
	}
	right := func(i int) string { return fmt.Sprintf("%d 件里对 %d 件", e.Auto[i].N, e.Auto[i].Right) }
	view.Figures = []cardView{
		{Title: "改对", Value: strconv.Itoa(e.Fixed), Unit: "件", Note: fmt.Sprintf("轮流留出的 %d 件里", e.Before.N)},
		{Title: "改错", Value: strconv.Itoa(e.Broken), Unit: "件", Note: "原来判对的"},
		{Title: "判类准确率", Value: fmt.Sprintf("%.1f%%", 100*e.After.Accuracy), Note: fmt.Sprintf("现行 %.1f%%", 100*e.Before.Accuracy)},
		{Title: "宏平均 F1", Value: fmt.Sprintf("%.3f", e.After.MacroF1), Note: fmt.Sprintf("现行 %.3f", e.Before.MacroF1)},
		{Title: "自动分派判对", Value: share(e.Auto[1].Right, e.Auto[1].N), Note: right(1) + "；现行 " + share(e.Auto[0].Right, e.Auto[0].N) + "，" + right(0)},
	}
	for _, c := range e.Classes {
		row := classRow{Category: c.Category + " " + names.category(c.Category), N: c.N, Before: c.Before, After: c.After}
		row.Change = chip{Text: fmt.Sprintf("%+d 件", c.After-c.Before), Tone: "green"}
		if c.After < c.Before {
			row.Change.Tone = "red"
		}
		view.Classes = append(view.Classes, row)
	}
	view.OpenSpan = fmt.Sprintf("在办的 %d 件工单若现在重判，%d 件会有变化；自动分派由 %d 件变为 %d 件。在办工单本身不会改动。", o.Tickets, o.Changed, o.AutoBefore, o.AutoAfter)
	view.OpenMoves, view.OpenUnits = movesOf(o.Categories, names.category, 8), movesOf(o.Units, names.unit, 8)
}

func movesOf(moves []intake.Move, name func(string) string, most int) []moveRow {
	var rows []moveRow
	for _, m := range moves[:min(most, len(moves))] {
		rows = append(rows, moveRow{Before: name(m.Before), After: name(m.After), N: m.Tickets})
	}
	return rows
}

func weightText(w float64) string { return strconv.FormatFloat(w, 'f', -1, 64) }

// policyNames tells what the codes of the policy in force stand for.
func (s *Server) policyNames() glossary {
	policy := s.Desk.Policy()
	g := glossary{map[string]string{}, map[string]string{}}
	for _, c := range policy.Categories {
		g.categories[c.Code] = c.Name
	}
	for _, u := range policy.Units {
		g.units[u.Code] = u.Short
	}
	return g
}

var deedTones = map[string]string{"增": "green", "改": "blue", "删": "red"}

// lessonRows lists the rows; the one that is asked for with the tickets behind it.
func (s *Server) lessonRows(d *deciding, view *lessonView, l *lessons.Lesson, names glossary) error {
	shown, err := strconv.Atoi(d.Query("open"))
	if err != nil {
		shown = -1
	}
	ticked := chosenRows(d.visit)
	for i, r := range l.Rows {
		n := strconv.Itoa(i)
		row := lessonRow{
			N: n, At: "row-" + n, Word: r.Word, Category: r.Category + " " + names.category(r.Category), Before: weightText(r.Before), After: weightText(r.After),
			Kind: chip{Text: lessons.Deed(r), Tone: deedTones[lessons.Deed(r)]}, Mended: r.Mended, For: r.For, Against: r.Against, Callers: r.Callers,
			Href: view.Action + "?open=" + n + "#row-" + n, Ticked: len(view.Refused) == 0 || slices.Contains(ticked, i), Shown: i == shown,
		}
		if decided := d.proposal.Decision; decided != nil && len(decided.Rows) > 0 {
			row.Ticked = slices.Contains(decided.Rows, i)
		}
		if row.Ticked {
			view.Chosen++
		}
		if row.Shown {
			row.Href = view.Action + "#row-" + n
			if row.Tickets, view.MayRead, err = s.evidence(d.visit, r); err != nil {
				return err
			}
		}
		view.Rows = append(view.Rows, row)
	}
	return s.render(d.Ctx, "lesson", *view)
}

// evidence shows the tickets behind a row as far as the viewer may see them.
func (s *Server) evidence(v *visit, r adjust.Row) (rows []evidenceRow, mayRead bool, err error) {
	ids := make([]ticket.ID, len(r.Evidence))
	for i, id := range r.Evidence {
		ids[i] = ticket.ID(id)
	}
	tickets, err := s.Desk.Store().Tickets(v.ctx(), ids)
	if err != nil {
		return nil, false, err
	}
	revised := s.Amend.InForce().Classifier.Revise([]keyword{r.Keyword()})
	for i := range tickets {
		t := &tickets[i]
		if t.Secrecy() != ticket.Visible {
			continue
		}
		row := s.evidenceRow(v, t, revised)
		mayRead = mayRead || row.Href != ""
		rows = append(rows, row)
	}
	return rows, mayRead, nil
}

func (s *Server) amendKeywords(d *deciding, files map[string]string) (amendment, error) {
	lesson, err := lessons.Of(&d.proposal)
	if err != nil {
		return amendment{}, err
	}
	made := amendment{file: "keywords.csv", rows: chosenRows(d.visit)}
	rows, err := lesson.Choose(made.rows)
	if err != nil {
		return made, err
	}
	made.why = fmt.Sprintf("采纳%s词表建议 %d 行", lesson.Month.Name(), len(rows))
	left, err := lesson.Amend(files, rows)
	for _, r := range left {
		made.left = append(made.left, fmt.Sprintf("“%s”，%s", r.Word, r.Category))
	}
	return made, err
}

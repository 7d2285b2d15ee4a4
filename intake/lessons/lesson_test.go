package lessons_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"huiyin/classify"
	"huiyin/classify/adjust"
	"huiyin/intake"
	"huiyin/intake/lessons"
	"huiyin/internal/policyfile"
	"huiyin/internal/redisd"
	"huiyin/internal/seal"
	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/proposals"
	"huiyin/workflow/rules"
	"huiyin/workflow/versions"
)

var operator = ticket.Actor{ID: "huawu", Name: "李静", Roles: []ticket.Role{ticket.Operator}}

// octoberCall is when the first ticket comes in.
var octoberCall = time.Date(2026, 10, 12, 1, 0, 0, 0, time.UTC)

// novemberJob is when the job of the next month runs.
var novemberJob = time.Date(2026, 11, 1, 19, 0, 0, 0, time.UTC)

const october = ticket.Month("2026-10")

var inForce = sync.OnceValues(func() (intake.Rules, error) {
	c, err := classify.Load(tables.Default(), nil)
	if err != nil {
		return intake.Rules{}, err
	}
	p, err := rules.Load(tables.Default(), c.Categories())
	return intake.Rules{Classifier: c, Policy: p}, err
})

// desk is a bureau's hotline over a store of its own.
type desk struct {
	*testing.T
	*workflow.Desk
	line *intake.Line
	pile *proposals.Pile
	keep *versions.Keeper
	rng  *rand.Rand
	n    int
}

func open(t *testing.T) *desk {
	t.Helper()
	r, err := inForce()
	if err != nil {
		t.Fatal(err)
	}
	rdb := redisd.ForTest(t)
	store, err := workflow.OpenStore(t.Context(), rdb, workflow.StoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.Open(filepath.Join(t.TempDir(), "seal.json"))
	if err != nil {
		t.Fatal(err)
	}
	d := workflow.NewDesk(store, r.Policy)
	return &desk{T: t, Desk: d, line: intake.NewLine(d, r.Classifier, keys), pile: proposals.NewPile(rdb), keep: versions.New(rdb), rng: rand.New(rand.NewPCG(1, 1))}
}

func (d *desk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

var chatter = strings.Fields("当时 后来 然后 再说 一直 已经 反正 本来 结果 真的 早晨 傍晚 中午 周末 前天 昨天 大家 我们 他们 自己 确实 非常 实在 居然 竟然 只好 还是 总是 从来 至今")

// call takes in a complaint that nobody else has worded like this.
func (d *desk) call(text string) ticket.Ticket {
	d.Helper()
	d.n++
	var words []string
	for range 14 {
		words = append(words, chatter[d.rng.IntN(len(chatter))])
	}
	at := octoberCall.Add(time.Duration(d.n) * time.Hour)
	results, err := d.line.Accept(d.Context(), at, ticket.Service, []intake.Form{{
		Channel: ticket.Channel12328, SourceNo: fmt.Sprint("L", d.n), CalledAt: at, CallerPhone: fmt.Sprintf("1701234%04d", d.n),
		Content: text + "，" + strings.Join(words, "，") + "。",
	}})
	d.must(err)
	if len(results[0].Faults) > 0 {
		d.Fatal(results[0].Faults)
	}
	got, err := d.Ticket(d.Context(), ticket.Service, results[0].ID)
	d.must(err)
	return got
}

// dispatch sends a ticket as proposed, or under another category.
func (d *desk) dispatch(t ticket.Ticket, category string) {
	d.Helper()
	if t.State != ticket.Received {
		if category != "" {
			d.Fatalf("%s was dispatched by itself", t.Content)
		}
		return
	}
	fields := map[string]string{"lead": t.Verdict.Lead}
	if category != "" {
		fields["category"], fields["reason"] = category, "类别"
	}
	_, err := d.Take(d.Context(), t.ReceivedAt.Add(10*time.Minute), workflow.Request{
		ID: "r" + t.SourceNo, Ticket: t.ID, Version: t.Version, Step: ticket.StepDispatch, Actor: operator, Fields: fields,
	})
	d.must(err)
}

// simulator is a new way to cheat at driving lessons, which the lexicon takes
// for a quarrel over fees.
const simulator = "驾校让学员坐着模拟器充数，不给上车练"

// aMonth is a month in which operators corrected n tickets of it.
func (d *desk) aMonth(n int) {
	for range 12 {
		d.dispatch(d.call("驾校不肯退报名费，合同上写得清楚"), "")
		d.dispatch(d.call("教练说学时刷够就行，全是假学时"), "")
		d.dispatch(d.call("公交车等了半小时也不来"), "")
	}
	for range n {
		t := d.call(simulator)
		if t.Category != "G01" {
			d.Fatalf("the story of the test no longer misleads: judged %s", t.Category)
		}
		d.dispatch(t, "G03")
	}
}

func (d *desk) school() *lessons.School {
	d.Helper()
	settings, err := proposals.Load(tables.Default())
	d.must(err)
	r, err := inForce()
	d.must(err)
	return &lessons.School{Source: d.Store(), Reader: d.Desk, Pile: d.pile, Rules: r, Settings: settings}
}

func (d *desk) learn() (lessons.Lesson, bool) {
	d.Helper()
	lesson, made, err := d.school().Make(d.Context(), novemberJob, october)
	d.must(err)
	return lesson, made
}

func TestAMonthOfCorrectionsBecomesALexiconThatJudgesTheNextTicketRightly(t *testing.T) {
	d := open(t)
	d.aMonth(14)
	waiting := d.call(simulator) // nobody has looked at it yet
	lesson, made := d.learn()
	if !made || lesson.Advice != lessons.Better || lesson.InMonth != 14 || lesson.Corrected != 14 || lesson.Confirmed < 12 {
		t.Fatalf("made %v: %+v", made, lesson)
	}
	if got := lesson.Turns; len(got) != 1 || got[0] != (intake.Move{Before: "G01", After: "G03", Tickets: 14}) {
		t.Errorf("what was corrected: %+v", got)
	}
	if e := lesson.Effect; e.Fixed < 10 || e.Broken > 0 || e.After.Accuracy <= e.Before.Accuracy {
		t.Errorf("fixed %d, broken %d, accuracy %.2f → %.2f", e.Fixed, e.Broken, e.Before.Accuracy, e.After.Accuracy)
	}
	if o := lesson.Open; !slices.Contains(o.Categories, intake.Move{Before: "G01", After: "G03", Tickets: 15}) {
		t.Errorf("of the open tickets, %s among them: %+v", waiting.SourceNo, o)
	}
	for _, r := range lesson.Rows {
		if r.Mended < 3 || r.Callers < 3 || len(r.Evidence) < 3 {
			t.Errorf("a row without tickets behind it: %+v", r)
		}
	}

	version := d.accept(lesson)
	folder, err := d.keep.Folder(d.Context(), version)
	d.must(err)
	after, err := classify.Load(folder, nil)
	d.must(err)
	fresh := "驾校又让我坐模拟器，一次车都没摸到"
	r, _ := inForce()
	if before, now := r.Classifier.Judge("", fresh), after.Judge("", fresh); before.Category != "G01" || now.Category != "G03" {
		t.Errorf("a new ticket of the kind is judged %s, then %s", before.Category, now.Category)
	}
}

// accept publishes all rows of a lesson.
func (d *desk) accept(lesson lessons.Lesson) (version int) {
	d.Helper()
	draft, err := versions.NewDraft(0, tables.Default())
	d.must(err)
	left, err := lesson.Amend(draft.Files, lesson.Rows)
	if err != nil || len(left) > 0 {
		d.Fatalf("no place for %+v, %v", left, err)
	}
	folder, err := draft.Folder()
	d.must(err)
	version, err = d.keep.Publish(d.Context(), novemberJob, ticket.Actor{ID: "guanli"}, folder, 0, "采纳词表建议")
	d.must(err)
	return version
}

func TestALessonIsMadeOnceAMonth(t *testing.T) {
	d := open(t)
	d.aMonth(14)
	first, made := d.learn()
	d.aMonth(3)
	again, madeAgain := d.learn()
	if !made || madeAgain || again.InMonth != first.InMonth || len(again.Rows) != len(first.Rows) {
		t.Errorf("made %v, then %v: %d corrections, then %d", made, madeAgain, first.InMonth, again.InMonth)
	}
	list, err := d.pile.List(t.Context())
	if err != nil || len(list) != 1 || !list[0].Waits() {
		t.Errorf("on the pile: %+v, %v", list, err)
	}
}

func TestTooFewCorrectionsAreSaidToBeTooFew(t *testing.T) {
	d := open(t)
	d.aMonth(4)
	lesson, _ := d.learn()
	if lesson.Advice != lessons.TooFew || len(lesson.Rows) > 0 || lesson.InMonth != 4 || lesson.Wanted != 10 {
		t.Errorf("%+v", lesson)
	}
	if waiting, err := d.pile.Waiting(t.Context()); err != nil || waiting[proposals.Lexicon] != 0 {
		t.Errorf("nothing is asked for, and yet %v wait, %v", waiting, err)
	}
}

// Operators who correct the same matter now this way, now that way, teach
// nothing that would help with the next ticket.
func TestWhatHelpsNobodyIsNotRecommended(t *testing.T) {
	d := open(t)
	for i := range 32 {
		d.dispatch(d.call(simulator), []string{"G03", "", "", "G02"}[i%4])
	}
	if lesson, _ := d.learn(); lesson.Advice != lessons.Nothing && lesson.Advice != lessons.NoBetter {
		t.Errorf("advised %s: %+v, effect %+v", lesson.Advice, lesson.Rows, lesson.Effect)
	}
}

func TestAClueTeachesNothing(t *testing.T) {
	d := open(t)
	d.aMonth(0)
	for range 12 {
		got := d.call("执法队员收了红包就放行，收好处费")
		if got.Secrecy() == ticket.Visible {
			t.Fatalf("no clue: %+v", got.Verdict.Risks)
		}
	}
	if lesson, _ := d.learn(); lesson.Confirmed+lesson.Corrected > 40 {
		t.Errorf("learned from %d + %d tickets", lesson.Confirmed, lesson.Corrected)
	}
}

func TestASlipThatWasRecalledTeachesNothing(t *testing.T) {
	d := open(t)
	for range 4 {
		got := d.call("教练让学员刷学时")
		d.dispatch(got, "C01")
		_, err := d.Take(t.Context(), got.ReceivedAt.Add(10*time.Minute+5*time.Second), workflow.Request{
			ID: "z" + got.SourceNo, Ticket: got.ID, Version: got.Version + 1, Step: ticket.StepRecall, Actor: operator,
		})
		d.must(err)
	}
	if lesson, _ := d.learn(); lesson.Corrected != 0 {
		t.Errorf("learned %d corrections from slips", lesson.Corrected)
	}
}

func TestUnitsChangedAgainAndAgainAreMentioned(t *testing.T) {
	d := open(t)
	for range 4 {
		got := d.call("教练让学员刷学时")
		_, err := d.Take(t.Context(), got.ReceivedAt.Add(time.Minute), workflow.Request{
			ID: "r" + got.SourceNo, Ticket: got.ID, Version: got.Version, Step: ticket.StepDispatch, Actor: operator,
			Fields: map[string]string{"lead": "ju-yunshu", "reason": "职责"},
		})
		d.must(err)
	}
	lesson, _ := d.learn()
	if len(lesson.Reroutes) != 1 || lesson.Reroutes[0].Before != "zhidui" || lesson.Reroutes[0].After != "ju-yunshu" || lesson.Reroutes[0].Tickets != 4 {
		t.Errorf("%+v", lesson.Reroutes)
	}
}

func TestRowsComeIntoTheTableAsItStandsNow(t *testing.T) {
	const head = "关键词,类别,权重,来源,位置,例外,说明\n"
	for _, c := range []struct {
		claim, table, row, want string
		left                    bool
	}{
		{"a new row comes last", "学时,G03,2,人工,,,\n", "模拟器 0 1.5", "模拟器,G03,1.5,学习,,,2026年10月词表建议：0件改判", false},
		{"a learned row gets the new weight", "模拟器,G03,0.5,学习,,,\n", "模拟器 0.5 1.5", "模拟器,G03,1.5,学习,,,2026年10月词表建议：0件改判", false},
		{"a learned row goes", "学时,G03,2,人工,,,\n模拟器,G03,0.5,学习,,,\n", "模拟器 0.5 0", "", false},
		{"what is there already is left alone", "模拟器,G03,1.5,学习,,,从前\n", "模拟器 0 1.5", "模拟器,G03,1.5,学习,,,从前", false},
		{"a row that people wrote since stays, and is named", "模拟器,G03,2,人工,,,\n", "模拟器 0 1.5", "模拟器,G03,2,人工,,,", true},
		{"a learned row that was changed since stays, and is named", "模拟器,G03,0.9,学习,,,\n", "模拟器 0.5 1.5", "模拟器,G03,0.9,学习,,,", true},
	} {
		t.Run(c.claim, func(t *testing.T) {
			lesson := lessons.Lesson{Month: october}
			lesson.Rows = append(lesson.Rows, rowOf(c.row))
			files := map[string]string{"keywords.csv": head + c.table}
			left, err := lesson.Amend(files, lesson.Rows)
			if err != nil || (len(left) > 0) != c.left {
				t.Fatalf("left %+v, %v", left, err)
			}
			if got := files["keywords.csv"]; !strings.Contains(got, c.want) || c.want == "" && strings.Contains(got, "模拟器") {
				t.Errorf("the table is\n%s", got)
			}
		})
	}
}

func TestAWrongChoiceIsRefused(t *testing.T) {
	lesson := lessons.Lesson{Rows: []row{rowOf("模拟器 0 1")}}
	for _, places := range [][]int{nil, {1}, {-1}, {0, 7}} {
		if _, err := lesson.Choose(places); !errors.Is(err, ticket.ErrInvalid) {
			t.Errorf("%v: %v", places, err)
		}
	}
	if rows, err := lesson.Choose([]int{0}); err != nil || len(rows) != 1 {
		t.Errorf("%v, %v", rows, err)
	}
}

func TestTheTableOfLimitsIsCheckedWhole(t *testing.T) {
	raw, err := tables.Default().Open("proposals.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	var faults policyfile.Faults
	_, err = proposals.Load(fstest.MapFS{proposals.File: {Data: []byte("项目,值,说明\n标注月数,0,\n标注月数,3,\n谨慎,1,\n检验份数,2.5,\n最小权重,x,\n")}})
	if !errors.As(err, &faults) || len(faults) != 5 {
		t.Errorf("%v", err)
	}
}

func TestGatheringStopsWhenItIsTold(t *testing.T) {
	d := open(t)
	d.aMonth(1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := d.school().Make(ctx, novemberJob, october); err == nil {
		t.Error("it went on")
	}
}

type row = adjust.Row

// rowOf reads "word before after".
func rowOf(text string) (r row) {
	r.Category = "G03"
	if _, err := fmt.Sscan(text, &r.Word, &r.Before, &r.After); err != nil {
		panic(err)
	}
	return r
}

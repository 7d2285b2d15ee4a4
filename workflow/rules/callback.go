package rules

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// CallbackMode says whether a caller is asked after the reply.
type CallbackMode string

// The modes of callback.csv.
const (
	OneByOne   CallbackMode = "逐件"
	ByDraw     CallbackMode = "抽取"
	NoCallback CallbackMode = "不回访"
)

// CallbackRow is a row of callback.csv. The first matching row decides.
type CallbackRow struct {
	Line     int
	Category Pattern
	Kind     ticket.Kind
	Channel  ticket.Channel
	Mode     CallbackMode
	Share    float64 // of the month's closed tickets, with ByDraw
	Attempts int     // before a caller counts as unreachable
	GapDays  int     // between two attempts
}

// CallbackMode tells how a ticket is called back. Every redo, every ticket that
// was ever supervised, and every one that was first taken for something that is
// called back more strictly is called back one by one, whatever the file says.
// It reads the history.
func (p *Policy) CallbackMode(t *ticket.Ticket) (CallbackMode, CallbackRow) {
	mode, row := p.callbackOf(t.Category, t.Kind, t.Channel, t.Redos > 0 || everSupervised(t))
	if mode == OneByOne || p.ForgetsClass {
		return mode, row
	}
	for c := range classes(t) {
		if was, strict := p.callbackOf(c.category, c.kind, t.Channel, false); strictness[was] > strictness[mode] {
			strict.Mode = OneByOne
			return OneByOne, strict
		}
	}
	return mode, row
}

func everSupervised(t *ticket.Ticket) bool {
	return t.Supervision != ticket.Unsupervised ||
		slices.ContainsFunc(t.Events, func(e ticket.Event) bool { return e.Step == ticket.StepSupervise })
}

func (p *Policy) callbackOf(category string, kind ticket.Kind, channel ticket.Channel, always bool) (CallbackMode, CallbackRow) {
	for _, r := range p.Callbacks {
		if !r.Category.Match(category) || (r.Kind != "" && r.Kind != kind) || (r.Channel != "" && r.Channel != channel) {
			continue
		}
		if always {
			r.Mode, r.Attempts, r.GapDays = OneByOne, max(r.Attempts, 2), max(r.GapDays, 1)
		}
		return r.Mode, r
	}
	return NoCallback, CallbackRow{Mode: NoCallback}
}

// CallbackRowOf is the row that decides on the callback of a category, kind and
// channel.
func (p *Policy) CallbackRowOf(category string, kind ticket.Kind, channel ticket.Channel) CallbackRow {
	_, row := p.callbackOf(category, kind, channel, false)
	return row
}

func (l *loader) callbacks() {
	required := []string{"类别", "类型", "渠道", "方式", "比例", "次数", "间隔天数", "说明"}
	modes := []CallbackMode{OneByOne, ByDraw, NoCallback}
	catchAll := false
	l.read("callback.csv", required, nil, func(row policyfile.Row) {
		r := CallbackRow{
			Line: row.Line, Category: l.pattern(row), Kind: readKind(row), Channel: readChannel(row),
			Mode:  oneOf(row, "方式", modes, func(m CallbackMode) string { return string(m) }),
			Share: readShare(row, "比例"), Attempts: readCount(row, "次数"), GapDays: readCount(row, "间隔天数"),
		}
		switch {
		case r.Mode == "":
			row.Fault("方式", "方式应填 逐件、抽取 或 不回访")
		case r.Mode == ByDraw && r.Share == 0:
			row.Fault("比例", "抽取的比例不能为 0；不回访请写 不回访")
		case r.Mode != NoCallback && r.Attempts == 0:
			row.Fault("次数", "要回访的，至少拨打一次")
		}
		catchAll = catchAll || r.Category.Match("") && r.Kind == "" && r.Channel == ""
		l.policy.Callbacks = append(l.policy.Callbacks, r)
	})
	if !catchAll {
		l.faults = append(l.faults, policyfile.Fault{File: "callback.csv", Message: "缺少兜底的一行：类别、类型、渠道都不限"})
	}
}

func readShare(row policyfile.Row, column string) float64 {
	cell := row.Get(column)
	if cell == "" {
		return 0
	}
	number, percent := strings.CutSuffix(strings.ReplaceAll(cell, "％", "%"), "%")
	v, err := strconv.ParseFloat(number, 64)
	if percent {
		v /= 100
	}
	if err != nil || v < 0 || v > 1 {
		row.Fault(column, "比例“%s”应在 0%% 到 100%% 之间", cell)
		return 0
	}
	return v
}

func readCount(row policyfile.Row, column string) int {
	cell := row.Get(column)
	if cell == "" {
		return 0
	}
	n, err := strconv.Atoi(cell)
	if err != nil || n < 0 || n > 1000 {
		row.Fault(column, "“%s”应为 0 到 1000 的整数", cell)
		return 0
	}
	return n
}

// DrawResult is a month's callback sample and what is needed to draw it again.
type DrawResult struct {
	Month      ticket.Month `json:"month"`
	Seed       int64        `json:"seed"`
	Population int          `json:"population"` // closed tickets that the draw is over
	Strata     []Stratum    `json:"strata"`
	Drawn      []ticket.ID  `json:"drawn"`
}

// Stratum is the share of one unit and category in a draw.
type Stratum struct {
	Unit     string `json:"unit"`
	Category string `json:"category"`
	Size     int    `json:"size"`
	Drawn    int    `json:"drawn"`
}

// Draw draws the callback sample of tickets closed in a month, stratified by
// unit and category. Within a stratum the order is a hash of seed and ticket;
// over the strata the share is taken systematically, so the whole sample has
// the share of the policy to within one ticket and a unit with few tickets is
// neither always nor never drawn. Same seed and facts, same draw.
func Draw(facts []ticket.Fact, p *Policy, month ticket.Month, seed int64) DrawResult {
	pool := drawPool(facts, p, month, seed)
	result := DrawResult{Month: month, Seed: seed, Population: len(pool)}
	sum := startOf(seed)
	for i := 0; i < len(pool); {
		s := Stratum{Unit: pool[i].unit, Category: pool[i].category}
		for ; i < len(pool) && pool[i].unit == s.Unit && pool[i].category == s.Category; i++ {
			s.Size++
			sum += pool[i].share
			if sum >= 1 {
				sum--
				s.Drawn++
				result.Drawn = append(result.Drawn, pool[i].id)
			}
		}
		result.Strata = append(result.Strata, s)
	}
	return result
}

// Chance is a seed that nobody chose, small enough to be read out.
func Chance() (int64, error) {
	var raw [8]byte
	if _, err := rand.Read(raw[:]); err != nil {
		return 0, err
	}
	return int64(binary.BigEndian.Uint64(raw[:]) % 1_000_000_000), nil
}

type drawable struct {
	unit, category string
	share          float64
	order          [32]byte
	id             ticket.ID
}

func drawPool(facts []ticket.Fact, p *Policy, month ticket.Month, seed int64) []drawable {
	var pool []drawable
	for _, f := range facts {
		if f.State != ticket.Closed || f.CalledBack || f.CallbackDue || ticket.MonthOf(f.ClosedAt) != month {
			continue
		}
		mode, row := p.callbackOf(f.Category, f.Kind, f.Channel, false)
		if mode != ByDraw {
			continue
		}
		pool = append(pool, drawable{unit: f.Lead, category: f.Category, share: row.Share, order: drawOrder(seed, f.ID), id: f.ID})
	}
	slices.SortFunc(pool, func(a, b drawable) int {
		if c := strings.Compare(a.unit, b.unit); c != 0 {
			return c
		}
		if c := strings.Compare(a.category, b.category); c != 0 {
			return c
		}
		return bytes.Compare(a.order[:], b.order[:])
	})
	return pool
}

func drawOrder(seed int64, id ticket.ID) [32]byte {
	return sha256.Sum256([]byte(strconv.FormatInt(seed, 10) + "|" + string(id)))
}

// startOf is the random start of the systematic draw, in [0, 1).
func startOf(seed int64) float64 {
	sum := sha256.Sum256([]byte("start|" + strconv.FormatInt(seed, 10)))
	return float64(binary.BigEndian.Uint64(sum[:8])>>11) / (1 << 53)
}

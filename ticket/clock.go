package ticket

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Clock is one of the limits that run on a ticket.
type Clock string

// The six limits of a ticket, and the dates that are watched beside them.
const (
	ClockDispatch Clock = "dispatch"
	ClockSign     Clock = "sign"
	ClockReturn   Clock = "return" // window in which a unit may ask to return
	ClockContact  Clock = "contact"
	ClockClose    Clock = "close"
	ClockCallback Clock = "callback"

	ClockReview      Clock = "review"
	ClockSuspension  Clock = "suspension"
	ClockReceipt     Clock = "receipt"
	ClockSupervision Clock = "supervision"
	ClockTask        Clock = "task" // of a co-unit: a ticket has one for each of its tasks
)

// Clocks are all clocks, in the order of a ticket's life.
var Clocks = []Clock{
	ClockDispatch, ClockSign, ClockReturn, ClockContact, ClockClose,
	ClockReview, ClockCallback, ClockSuspension, ClockReceipt, ClockSupervision, ClockTask,
}

var clockNames = map[Clock]string{
	ClockDispatch: "分派", ClockSign: "签收", ClockReturn: "退单", ClockContact: "首次联系",
	ClockClose: "办结", ClockCallback: "回访", ClockReview: "审核", ClockSuspension: "挂账复核",
	ClockReceipt: "回执", ClockSupervision: "督办", ClockTask: "配合",
}

// Name is the Chinese name.
func (c Clock) Name() string { return nameOf(clockNames, c) }

// Due is one clock of a ticket. At is exclusive: 24:00 of the last day is the
// first instant of the next. A return window that has passed is not overdue.
type Due struct {
	Clock Clock     `json:"clock"`
	Unit  string    `json:"unit,omitempty"` // whose task it is; of ClockTask only
	From  time.Time `json:"from"`
	Limit Limit     `json:"limit"`
	At    time.Time `json:"at"`
	MetAt time.Time `json:"met_at,omitzero"` // when the step that stops the clock was taken
	// Extra is what a granted extension added.
	Extra Limit `json:"extra,omitzero"`
	// Paused is how long the clock stood, by the history: for a limit of
	// working days 24 hours for each working day.
	Paused time.Duration `json:"paused,omitempty"`
	// Guessed is true when the date lies beyond the known calendar, where
	// only weekends are known to be free.
	Guessed bool `json:"guessed,omitempty"`
}

// Overdue reports whether the clock ran out: still running at now, or met late.
func (d Due) Overdue(now time.Time) bool {
	if d.At.IsZero() || d.Clock == ClockReturn {
		return false
	}
	if !d.MetAt.IsZero() {
		return !d.MetAt.Before(d.At)
	}
	return !now.Before(d.At)
}

// LimitUnit is what a limit counts in.
type LimitUnit string

// The units of limits.
const (
	LimitNone     LimitUnit = ""         // 无: no such limit
	LimitNow      LimitUnit = "now"      // 即时
	LimitMinutes  LimitUnit = "minutes"  // 30分钟
	LimitHours    LimitUnit = "hours"    // 2小时, by the wall clock
	LimitSameDay  LimitUnit = "sameday"  // 当日 24:00; from a free day on: the next working day
	LimitWorkdays LimitUnit = "workdays" // 5工作日, to the end of the last one
	LimitDays     LimitUnit = "days"     // 10天, calendar days, to the end of the last one
)

// Limit is a length of time as the policy says it.
type Limit struct {
	N    int       `json:"n,omitempty"`
	Unit LimitUnit `json:"unit,omitempty"`
}

var limitSuffixes = []struct {
	text string
	unit LimitUnit
}{
	{"个工作日", LimitWorkdays}, {"工作日", LimitWorkdays}, {"分钟", LimitMinutes},
	{"小时", LimitHours}, {"天", LimitDays}, {"日", LimitDays},
}

// ParseLimit reads 无, 即时, 当日, 30分钟, 2小时, 5工作日 or 10天. A number of
// zero is refused: 即时 or 无 says what is meant.
func ParseLimit(s string) (Limit, error) {
	s = strings.TrimSpace(s)
	switch s {
	case "", "无":
		return Limit{}, nil
	case "即时":
		return Limit{Unit: LimitNow}, nil
	case "当日":
		return Limit{Unit: LimitSameDay}, nil
	}
	for _, suffix := range limitSuffixes {
		digits, ok := strings.CutSuffix(s, suffix.text)
		if !ok {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSpace(digits))
		if err != nil || n < 1 || n > 10000 {
			return Limit{}, fmt.Errorf("时限“%s”的数字应为 1 到 10000 的整数", s)
		}
		return Limit{N: n, Unit: suffix.unit}, nil
	}
	return Limit{}, fmt.Errorf("看不懂时限“%s”：请写 无、即时、当日、30分钟、2小时、5工作日 或 10天", s)
}

// String is the limit as people write it.
func (l Limit) String() string {
	switch l.Unit {
	case LimitNow:
		return "即时"
	case LimitSameDay:
		return "当日"
	case LimitMinutes:
		return strconv.Itoa(l.N) + "分钟"
	case LimitHours:
		return strconv.Itoa(l.N) + "小时"
	case LimitWorkdays:
		return strconv.Itoa(l.N) + "个工作日"
	case LimitDays:
		return strconv.Itoa(l.N) + "天"
	}
	return "无"
}

package ticket

import "time"

// Rectification is an entry of the rectification ledger (整改台账): a prominent
// problem and what is to become of it, as it stood at some time.
type Rectification struct {
	ID     string `json:"id"`
	Matter string `json:"matter"` // key of the high-frequency matter; empty when it is about none
	// Signature is by what a matter below the categories is known again; empty
	// when the problem is that of its whole category.
	Signature string   `json:"signature,omitempty"`
	Problem   string   `json:"problem"` // 突出问题
	Goal      string   `json:"goal"`
	Measures  []string `json:"measures"`
	Unit      string   `json:"unit"` // code of the unit that leads
	Person    string   `json:"person"`
	Deadline  Date     `json:"deadline"`
	// Target is how many tickets a month of the matter would be success; 0
	// when no number was set.
	Target     int                `json:"target"`
	State      RectificationState `json:"state"`
	Reopened   int                `json:"reopened"` // how often it came back (回炉)
	Urged      int                `json:"urged"`
	Progress   string             `json:"progress"` // the latest report of the unit
	ProposedAt time.Time          `json:"proposed_at"`
	ApprovedAt time.Time          `json:"approved_at,omitzero"` // first time
	ClosedAt   time.Time          `json:"closed_at,omitzero"`   // last time; zero while it is open
}

// RectificationState is where an entry of the ledger stands.
type RectificationState string

// The states of an entry.
const (
	RectifyProposed  RectificationState = "proposed"
	RectifyApproved  RectificationState = "approved"
	RectifyRunning   RectificationState = "in_progress"
	RectifyDelivered RectificationState = "delivered"
	RectifyReopened  RectificationState = "reopened"
	RectifyChecked   RectificationState = "checked"
	RectifyClosed    RectificationState = "closed"
	RectifyRefused   RectificationState = "refused"
)

var rectifyNames = map[RectificationState]string{
	RectifyProposed: "待审定", RectifyApproved: "待启动", RectifyRunning: "整改中", RectifyDelivered: "待验收",
	RectifyReopened: "回炉整改", RectifyChecked: "已验收待销号", RectifyClosed: "已销号", RectifyRefused: "不列入",
}

// Name is the Chinese name.
func (s RectificationState) Name() string { return nameOf(rectifyNames, s) }

// Owed reports whether the unit still has to do something.
func (s RectificationState) Owed() bool {
	return s == RectifyApproved || s == RectifyRunning || s == RectifyReopened
}

// Listed reports whether the entry is in the list: approved at some time.
func (s RectificationState) Listed() bool { return s != RectifyProposed && s != RectifyRefused }

// Overdue reports whether the unit has let the deadline pass at a time.
func (r *Rectification) Overdue(now time.Time) bool {
	return r.State.Owed() && r.Deadline != "" && !now.Before(r.Deadline.Next().Start())
}

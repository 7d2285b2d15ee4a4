package ticket

// State is where a ticket stands. A ticket is in exactly one.
type State string

// The states. Overdue, urged, supervised, confidential, excluded and redo are
// facts beside the state, never states.
const (
	// None is before receipt: the source of the receive step.
	None State = ""
	// Received waits for an operator, or for the service itself, to dispatch it.
	Received State = "received"
	// Dispatched waits for the lead unit to sign.
	Dispatched State = "dispatched"
	// Handling is with the lead unit, which contacts the caller and replies.
	Handling State = "handling"
	// ReturnRequested waits for the operator's audit; the close clock runs on.
	ReturnRequested State = "return_requested"
	// Arbitration waits for a supervisor's binding ruling; the close clock runs on.
	Arbitration State = "arbitration"
	// Replied waits for the review of the reply.
	Replied State = "replied"
	// Callback waits for the hotline to ask the caller.
	Callback State = "callback"
	// Suspended (挂账) has a plan and a review date; its close clock stands.
	Suspended State = "suspended"
	// Closed is answered and done; a redo can take it back.
	Closed State = "closed"
	// Rejected names the ground, the legal path and who refused.
	Rejected State = "rejected"
	// Answered was settled on the phone.
	Answered State = "answered"
	// Transferred went to an external unit, whose receipt is tracked.
	Transferred State = "transferred"
	// Merged follows its primary; its caller is still answered.
	Merged State = "merged"
	// HandedOver is sealed: visible to the discipline role only.
	HandedOver State = "handed_over"
)

// StateType tells what a state means for the clocks and lists.
type StateType int

// The state types.
const (
	Open    StateType = iota // a clock runs
	Waiting                  // open, the clock stands
	Final                    // done for us
	Follows                  // follows its primary
	Sealed                   // done for us, hidden from everybody but discipline
)

// StateInfo is what is known of a state.
type StateInfo struct {
	State  State
	Name   string // 中文
	Type   StateType
	Clocks []Clock // that can run in it
}

// States is the table of states in the order of a ticket's life.
var States = []StateInfo{
	{Received, "待分派", Open, []Clock{ClockDispatch}},
	{Dispatched, "待签收", Open, []Clock{ClockSign, ClockReturn, ClockClose}},
	{Handling, "办理中", Open, []Clock{ClockContact, ClockReturn, ClockClose}},
	{ReturnRequested, "退单待审", Open, []Clock{ClockClose}},
	{Arbitration, "争议裁定", Open, []Clock{ClockClose}},
	{Replied, "待审核", Open, []Clock{ClockReview}},
	{Callback, "待回访", Open, []Clock{ClockCallback}},
	{Suspended, "挂账", Waiting, []Clock{ClockSuspension}},
	{Closed, "已办结", Final, nil},
	{Rejected, "不予受理", Final, nil},
	{Answered, "即时答复", Final, nil},
	{Transferred, "转外部单位", Final, []Clock{ClockReceipt}},
	{Merged, "并单", Follows, nil},
	{HandedOver, "移送纪检", Sealed, []Clock{ClockReceipt}},
}

var stateByName = func() map[State]StateInfo {
	m := make(map[State]StateInfo, len(States))
	for _, s := range States {
		m[s.State] = s
	}
	return m
}()

// Info returns what is known of the state; the zero value for an unknown one.
func (s State) Info() StateInfo { return stateByName[s] }

// Valid reports whether the state is one of States.
func (s State) Valid() bool { _, ok := stateByName[s]; return ok }

// Name is the Chinese name.
func (s State) Name() string {
	if info, ok := stateByName[s]; ok {
		return info.Name
	}
	return string(s)
}

// IsOpen reports whether work is still to be done on a ticket in this state.
func (s State) IsOpen() bool {
	info, ok := stateByName[s]
	return ok && (info.Type == Open || info.Type == Waiting)
}

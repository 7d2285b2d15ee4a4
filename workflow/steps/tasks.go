package steps

import (
	"fmt"
	"slices"
	"strings"

	"huiyin/ticket"
)

// The tasks of the co-units: each does its own share in its own time, and the
// lead joins what they say into one reply.

func hasTask(m *Moment) {
	if _, open := m.Ticket.OpenTask(m.Actor.Unit); !open {
		m.notNow("no_task", "本单位没有待办的配合事项")
	}
}

// newCoUnit gives a unit a task: one that does not help yet, or has done what it
// was asked for before.
func newCoUnit(m *Moment) {
	code := m.fields["unit"]
	_, busy := m.Ticket.OpenTask(code)
	switch {
	case code == "":
	case code == m.Ticket.Lead, busy:
		m.fault("unit", "already_in", "这个单位已经在办理这件工单")
	case m.Ticket.Confidential && slices.Contains(m.Policy.Accused(m.Ticket), code):
		m.fault("unit", "accused", "保密件反映的就是这个单位，不能派给它")
	}
}

// WithoutCo is the field of a reply that does not wait for the co-units.
const WithoutCo = "without_co"

// OpenTasks are the tasks that nobody has done yet, in the order of their giving.
func OpenTasks(t *ticket.Ticket) []ticket.Task {
	return slices.DeleteFunc(slices.Clone(t.Tasks), func(task ticket.Task) bool { return !task.DoneAt.IsZero() })
}

// waitForTasks demands that the co-units have done their share before the lead
// replies, or that the lead says why it does not wait.
func waitForTasks(m *Moment) {
	open := OpenTasks(m.Ticket)
	if len(open) == 0 || m.fields[WithoutCo] != "" {
		return
	}
	waits := make([]string, len(open))
	for i, task := range open {
		waits[i] = m.Policy.Units.Name(task.Unit)
		if due, ok := m.Ticket.TaskDue(task.Unit); ok {
			waits[i] += "（" + m.Policy.Calendar.Explain(due) + "）"
		}
	}
	m.fault(WithoutCo, "task_open", fmt.Sprintf("配合单位还没有办结：%s。可以先催办等它办结；不等的，请写明理由再报结", strings.Join(waits, "；")))
}

// urgesUnit lets an urge be meant for one of the units that handle the ticket.
func urgesUnit(m *Moment) {
	if code := m.fields["unit"]; code != "" && !Relates(m.Ticket, AnyUnit, code) {
		m.fault("unit", "not_in", "这个单位没有办理这件工单")
	}
}

func addCoUnit(t *ticket.Ticket, e *ticket.Event) {
	if code := e.Fields["unit"]; !slices.Contains(t.Co, code) {
		t.Co = append(slices.Clone(t.Co), code)
	}
	t.Tasks = append(slices.Clone(t.Tasks), ticket.Task{Unit: e.Fields["unit"], Task: e.Fields["task"], GivenAt: e.At})
}

func coReply(t *ticket.Ticket, e *ticket.Event) {
	t.Tasks = slices.Clone(t.Tasks)
	for i := range t.Tasks {
		if task := &t.Tasks[i]; task.Unit == e.Unit && task.DoneAt.IsZero() {
			task.DoneAt, task.Reply = e.At, e.Fields["reply"]
			return
		}
	}
}

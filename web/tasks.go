package web

import (
	"slices"
	"strings"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/rules"
	"huiyin/workflow/steps"
)

// The co-units' tasks on a ticket's page, and their answers in the reply of the
// unit that leads.

type taskView struct {
	Unit, Task, Given, Reply, Why string
	Done                          chip
}

func tasksOf(t *ticket.Ticket, p *rules.Policy, now time.Time) []taskView {
	var tasks []taskView
	seen := map[string]int{} // clocks of each unit that belong to tasks further up
	for _, task := range t.Tasks {
		view := taskView{Unit: p.Units.Name(task.Unit), Task: task.Task, Given: moment(task.GivenAt, now), Reply: task.Reply}
		due, clocked := nthClock(t, task.Unit, seen[task.Unit])
		if clocked {
			seen[task.Unit]++
			view.Why = p.Calendar.Explain(due)
		}
		switch {
		case !task.DoneAt.IsZero():
			view.Done = chip{Text: "已完成 " + moment(task.DoneAt, now), Tone: "green", Icon: "check"}
			if clocked && due.Overdue(now) {
				view.Done = chip{Text: "超期完成 " + moment(task.DoneAt, now), Tone: "red", Icon: "late"}
			}
		case clocked && !due.MetAt.IsZero():
			view.Done = chip{Text: "未办结，牵头单位已先报结", Tone: "amber", Icon: "alert"}
		case clocked && !due.At.IsZero():
			view.Done = dueView(due, now)
		default:
			view.Done = chip{Text: "办理中", Tone: "amber", Icon: "clock"}
		}
		tasks = append(tasks, view)
	}
	return tasks
}

func nthClock(t *ticket.Ticket, unit string, n int) (ticket.Due, bool) {
	for _, d := range t.Dues {
		if d.Clock == ticket.ClockTask && d.Unit == unit {
			if n == 0 {
				return d, true
			}
			n--
		}
	}
	return ticket.Due{}, false
}

// clockName names a clock, and for a task whose it is.
func clockName(d ticket.Due, p *rules.Policy) string {
	if d.Unit == "" {
		return d.Clock.Name()
	}
	return d.Clock.Name() + "（" + p.Units.Short(d.Unit) + "）"
}

// mindTasks fits the form of the lead's reply to the co-units: what they
// answered can be taken over with a click, and the reason for not waiting is
// asked for only while somebody has not done its share.
func mindTasks(t *ticket.Ticket, p *rules.Policy, fields []stepField) []stepField {
	open := steps.OpenTasks(t)
	fields = slices.DeleteFunc(fields, func(f stepField) bool { return f.Name == steps.WithoutCo && len(open) == 0 })
	for i := range fields {
		switch fields[i].Name {
		case "handling":
			fields[i].Quotes = quotes(t, p)
		case steps.WithoutCo:
			names := make([]string, len(open))
			for n, task := range open {
				names[n] = p.Units.Name(task.Unit)
			}
			fields[i].Required, fields[i].Help = true, "还没有办结："+strings.Join(names, "、")+"。等它们办结以后再报结，就不用填"
		}
	}
	return fields
}

// quotes are the answers of the co-units, as they would stand in the reply.
func quotes(t *ticket.Ticket, p *rules.Policy) []pair {
	var list []pair
	var all []string
	for _, task := range t.Tasks {
		if task.Reply == "" {
			continue
		}
		text := p.Units.Name(task.Unit) + "：" + task.Reply
		list, all = append(list, pair{"引用" + p.Units.Short(task.Unit) + "的办理情况", text}), append(all, text)
	}
	if len(list) > 1 {
		list = append(list, pair{"引用全部配合单位的办理情况", strings.Join(all, "\n")})
	}
	return list
}

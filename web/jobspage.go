package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
)

type jobsView struct {
	page
	Jobs []jobView
}

type jobView struct {
	Name, Title, Purpose, Schedule, Cron, Last, Next, Error string
	State                                                   chip
	Running                                                 bool
}

func (s *Server) jobsPage(v *visit) error {
	view := jobsView{page: s.page(v, "任务", "/jobs")}
	view.Sub = "定时运行，错过的会补上；也可以现在运行一次"
	if s.Jobs != nil {
		list, err := s.Jobs.Jobs(v.ctx())
		if err != nil {
			return err
		}
		for _, j := range list {
			view.Jobs = append(view.Jobs, jobViewOf(j))
		}
	}
	if name := v.Query("ran"); name != "" {
		for _, j := range view.Jobs {
			if j.Name == name {
				view.Notice = notice{Text: "已运行：" + j.Title, Tone: "green", Icon: "check"}
			}
		}
	}
	return s.render(v.Ctx, "jobs", view)
}

func jobViewOf(j Job) jobView {
	view := jobView{Name: j.Name, Title: j.Title, Purpose: j.Purpose, Schedule: scheduleWords(j.Schedule), Cron: j.Schedule, Last: fullMoment(j.Last), Next: fullMoment(j.Next), Error: j.LastError, Running: j.Running}
	switch {
	case j.Running:
		view.State = chip{Text: "正在运行", Tone: "blue", Icon: "clock"}
	case j.LastError != "":
		view.State = chip{Text: "上次失败", Tone: "red", Icon: "alert"}
	case j.Last.IsZero():
		view.State = chip{Text: "还没运行过"}
	default:
		view.State = chip{Text: "上次成功", Tone: "green", Icon: "check"}
	}
	return view
}

// runJob runs a job of the timetable by hand, as of now.
func (s *Server) runJob(v *visit) error {
	if s.Jobs == nil {
		return ticket.Refuse(ticket.ErrNotFound, "no_jobs", "这个服务没有启动任务")
	}
	name := v.Params("name")
	if err := s.accounts.note(v.ctx(), v.now, v.actor, "run_job", firstRunes(name, 40), ""); err != nil {
		return err
	}
	if err := s.Jobs.RunJob(v.ctx(), name, v.now); err != nil {
		return err
	}
	s.live.nudge()
	return v.Redirect("/jobs?ran="+url.QueryEscape(name), fiber.StatusSeeOther)
}

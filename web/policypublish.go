package web

import (
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
	"huiyin/workflow/permit"
)

// diffRows is how many changed rows of a table are listed.
const diffRows = 40

// publishView is the last look before a draft is in force.
type publishView struct {
	draftPage
	Base, Why string
	Key       string
	Head      int
	Faults    int
	Stale     bool
	Between   []versionRow
	Diffs     []fileDiff
	Tried     bool
	TriedText string
	Refused   []string
	Left      []string // changes that a newer version left no place for
}

// versionRow is a published version.
type versionRow struct {
	Version                        int
	Name, At, By, Why, Summary     string
	Href                           string
	Active, Chosen, Back, MayAmend bool
}

func (s *Server) draftPublish(d *drafting) error { return s.showPublish(d, "", nil) }

func (s *Server) showPublish(d *drafting, why string, refused []string) error {
	view := publishView{
		draftPage: s.draftFrame(d, "publish", "发布后成为新的一版，运行中的服务自动换用"), Base: policyName(d.draft.Base), Why: why, Key: d.key, Head: d.head,
		Faults: len(d.faults), Stale: d.draft.Base != d.head, Refused: refused,
	}
	view.Notice = notice{}
	base, err := s.folder(d.ctx(), d.draft.Base)
	if err != nil {
		return err
	}
	view.Diffs = compareFolders(base, d.draft, diffRows)
	if view.Stale {
		if view.Between, err = s.history(d.visit, d.draft.Base); err != nil {
			return err
		}
	}
	s.studio.mu.Lock()
	if t := s.studio.trials[d.account.Login]; t != nil && t.result != nil && t.key == d.key {
		view.Tried, view.TriedText = true, fmt.Sprintf("试运行过：最近 %d 个月的 %d 件工单里，%d 件会有变化，自动分派由 %d 件变为 %d 件。", t.months, t.result.Tickets, t.result.Changed, t.result.AutoBefore, t.result.AutoAfter)
	}
	s.studio.mu.Unlock()
	if len(refused) > 0 {
		d.Status(fiber.StatusUnprocessableEntity)
	}
	return s.render(d.Ctx, "policy_publish", view)
}

// publishDraft puts a draft in force, if it is the one that was looked at.
func (s *Server) publishDraft(d *drafting) error {
	why := firstRunes(d.FormValue("why"), 200)
	switch {
	case d.draft.Base != d.head:
		d.Status(fiber.StatusConflict)
		return s.showPublish(d, why, nil)
	case len(d.faults) > 0:
		return s.showPublish(d, why, []string{fmt.Sprintf("草稿还有 %d 处问题，不能发布", len(d.faults))})
	case d.FormValue("key") != d.key:
		return s.showPublish(d, why, []string{"草稿在你看过之后又改了，请再看一遍改动"})
	case why == "":
		return s.showPublish(d, why, []string{"请写明这次为什么改"})
	}
	folder, err := d.draft.Folder()
	if err != nil {
		return err
	}
	version, err := s.versions().Publish(d.ctx(), d.now, d.actor, folder, d.head, why)
	if err != nil {
		return err
	}
	if err := s.settleCarried(d, version, why); err != nil {
		return err
	}
	if err := s.versions().DropDraft(d.ctx(), d.account.Login); err != nil {
		return err
	}
	s.studio.forget(d.account.Login)
	return s.adopted(d.visit, "policy_publish", version, why)
}

// adopted notes a new version and shows it in the history.
func (s *Server) adopted(v *visit, what string, version int, why string) error {
	if err := s.accounts.note(v.ctx(), v.now, v.actor, what, policyName(version), why); err != nil {
		return err
	}
	if err := s.Amend.Adopt(v.ctx()); err != nil {
		return err
	}
	s.live.nudge()
	return v.Redirect("/policy/history?published="+strconv.Itoa(version), fiber.StatusSeeOther)
}

// rebaseDraft moves the changes of a draft onto the version in force. A row
// that both changed stays as published, and is named.
func (s *Server) rebaseDraft(d *drafting) error {
	base, err := s.folder(d.ctx(), d.draft.Base)
	if err != nil {
		return err
	}
	now, err := s.folder(d.ctx(), d.head)
	if err != nil {
		return err
	}
	var left []string
	for _, name := range orderedFiles(d.draft) {
		mine, was := d.draft.Files[name], base.Files[name]
		theirs, there := now.Files[name]
		switch {
		case mine == was:
		case !there || theirs == was:
			now.Files[name] = mine
		default:
			text, lost := mergeTable(name, was, mine, theirs)
			now.Files[name], left = text, append(left, lost...)
		}
	}
	now.Rev, now.Carries = d.draft.Rev, d.draft.Carries
	if err := s.versions().PutDraft(d.ctx(), d.now, d.account.Login, now); err != nil {
		return err
	}
	d.draft = now
	if d.checked, err = s.check(d.account.Login, now); err != nil {
		return err
	}
	moved := notice{Text: "改动已搬到" + policyName(d.head) + "上，请重新检查和试运行", Tone: "green", Icon: "check"}
	if len(left) > 0 {
		moved = notice{Text: "改动已搬到" + policyName(d.head) + "上，但下面几行别人也改过，仍是已发布的样子；要改请重新改：", Tone: "amber", Icon: "alert", More: left}
	}
	return s.showTables(d, moved)
}

func mergeTable(name, was, mine, theirs string) (text string, left []string) {
	old, err1 := policyfile.ParseSheet(name, []byte(was))
	my, err2 := policyfile.ParseSheet(name, []byte(mine))
	onto, err3 := policyfile.ParseSheet(name, []byte(theirs))
	if err1 != nil || err2 != nil || err3 != nil {
		return theirs, []string{policyFileOf(name).title + "：整张表"}
	}
	for _, c := range policyfile.Compare(old, my).Replay(my, onto) {
		left = append(left, policyFileOf(name).title+"："+rowText(c.After))
	}
	return string(onto.Bytes()), left
}

// historyView is every version, with who, when and why.
type historyView struct {
	draftPage
	Versions  []versionRow
	Chosen    bool
	Name      string
	Version   int
	Head      int
	HeadName  string
	Diffs     []fileDiff
	Back      bool // the chosen version can be brought back
	BackDiffs string
	Refused   []string
}

// history lists the versions after a given one, latest first.
func (s *Server) history(v *visit, after int) ([]versionRow, error) {
	records, err := s.versions().History(v.ctx())
	if err != nil {
		return nil, storeDown(err)
	}
	var rows []versionRow
	for _, r := range records {
		if r.Version <= after {
			break
		}
		summary, err := s.versionSummary(v, r.Version)
		if err != nil {
			return nil, err
		}
		rows = append(rows, versionRow{
			Version: r.Version, Name: policyName(r.Version), At: fullMoment(r.At), By: r.Name, Why: r.Why, Summary: summary,
			Href: "/policy/history?version=" + strconv.Itoa(r.Version) + "#chosen",
		})
	}
	return rows, nil
}

// versionSummary tells what a version changed against the one before it.
func (s *Server) versionSummary(v *visit, version int) (string, error) {
	s.studio.mu.Lock()
	known, ok := s.studio.summaries[version]
	s.studio.mu.Unlock()
	if ok {
		return known, nil
	}
	diffs, err := s.versionDiff(v, version-1, version, 0)
	if err != nil {
		return "", err
	}
	summary := summaryOf(diffs)
	if summary == "" {
		summary = "与上一版相同"
	}
	s.studio.mu.Lock()
	s.studio.summaries[version] = summary
	s.studio.mu.Unlock()
	return summary, nil
}

func (s *Server) versionDiff(v *visit, from, to, rows int) ([]fileDiff, error) {
	before, err := s.folder(v.ctx(), from)
	if err != nil {
		return nil, err
	}
	after, err := s.folder(v.ctx(), to)
	if err != nil {
		return nil, err
	}
	return compareFolders(before, after, rows), nil
}

func (s *Server) historyPage(v *visit) error { return s.showHistory(v, v.Query("version"), nil) }

func (s *Server) showHistory(v *visit, chosen string, refused []string) error {
	if s.Amend.Rules == nil {
		return ticket.Refuse(ticket.ErrNotFound, "no_amending", "这个服务没有保存历次版本")
	}
	d := &drafting{visit: v}
	var err error
	if d.head, err = s.versions().Head(v.ctx()); err != nil {
		return storeDown(err)
	}
	view := historyView{draftPage: s.draftFrame(d, "history", "谁、什么时候、为什么改了政策"), Head: d.head, HeadName: policyName(d.head), Refused: refused}
	view.Title = "政策版本"
	if v.may(permit.Amend) {
		view.Tabs = append(view.Tabs, tabView{Name: "tables", Title: "改草稿", Href: "/policy/draft"})
	}
	if n, err := strconv.Atoi(v.Query("published")); err == nil && n == d.head {
		view.Notice = notice{Text: policyName(n) + "已经发布，新来的工单按它判；以前的工单仍记着自己是哪一版判的", Tone: "green", Icon: "check"}
	}
	if view.Versions, err = s.history(v, 0); err != nil {
		return err
	}
	view.Versions = append(view.Versions, versionRow{Name: policyName(0), Summary: "随程序安装", Href: "/policy/history?version=0#chosen"})
	if err := s.chooseVersion(v, &view, chosen); err != nil {
		return err
	}
	if len(refused) > 0 {
		v.Status(fiber.StatusUnprocessableEntity)
	}
	return s.render(v.Ctx, "policy_history", view)
}

func (s *Server) chooseVersion(v *visit, view *historyView, chosen string) (err error) {
	n, parseErr := strconv.Atoi(chosen)
	known := parseErr == nil && n >= 0 && n <= view.Head
	for i := range view.Versions {
		row := &view.Versions[i]
		row.Active, row.Chosen, row.MayAmend = row.Version == view.Head, known && row.Version == n, v.may(permit.Amend)
		row.Back = row.MayAmend && !row.Active
	}
	if !known {
		return nil
	}
	view.Chosen, view.Version, view.Name, view.Back = true, n, policyName(n), n != view.Head && v.may(permit.Amend)
	if n > 0 {
		if view.Diffs, err = s.versionDiff(v, n-1, n, diffRows); err != nil {
			return err
		}
	}
	if view.Back {
		diffs, err := s.versionDiff(v, view.Head, n, 0)
		if err != nil {
			return err
		}
		if view.BackDiffs = summaryOf(diffs); view.BackDiffs == "" {
			view.BackDiffs = "与现行的相同"
		}
	}
	return nil
}

// restoreVersion publishes the folder of an earlier version again.
func (s *Server) restoreVersion(v *visit) error {
	n, err := strconv.Atoi(v.Params("version"))
	head, headErr := strconv.Atoi(v.FormValue("head"))
	if err != nil || headErr != nil || n < 0 || n >= head {
		return ticket.Refuse(ticket.ErrNotFound, "no_version", "没有这一版政策")
	}
	if s.Amend.Rules == nil {
		return ticket.Refuse(ticket.ErrNotFound, "no_amending", "这个服务没有开通在工作台上修改政策")
	}
	why := firstRunes(v.FormValue("why"), 200)
	if why == "" {
		return s.showHistory(v, strconv.Itoa(n), []string{"请写明为什么退回"})
	}
	old, err := s.folder(v.ctx(), n)
	if err != nil {
		return err
	}
	c, err := s.checkFolder(old)
	if err != nil {
		return err
	}
	if len(c.faults) > 0 {
		return s.showHistory(v, strconv.Itoa(n), []string{fmt.Sprintf("%s按现在的程序检查有 %d 处问题，不能直接退回：%s", policyName(n), len(c.faults), c.faults[0].Error())})
	}
	folder, err := old.Folder()
	if err != nil {
		return err
	}
	version, err := s.versions().Restore(v.ctx(), v.now, v.actor, folder, n, head, "退回"+policyName(n)+"："+why)
	if err != nil {
		return err
	}
	return s.adopted(v, "policy_restore", version, why)
}

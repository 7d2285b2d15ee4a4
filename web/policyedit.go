package web

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"

	"huiyin/intake"
	"huiyin/internal/policyfile"
	"huiyin/ticket"
	"huiyin/workflow/permit"
	"huiyin/workflow/proposals"
	"huiyin/workflow/versions"
)

// Amending is what the console needs to let administrators change the policy.
type Amending struct {
	// Default is in force as long as nothing was published.
	Default fs.FS
	// Rules reads a whole folder; the error is a policyfile.Faults.
	Rules func(fs.FS) (intake.Rules, error)
	// InForce are the rules that judge tickets now.
	InForce func() intake.Rules
	// Proposals are the limits of what is proposed.
	Proposals func() proposals.Settings
	// Adopt puts the active version in force in this process; others follow.
	Adopt func(context.Context) error
}

// studio is what this instance remembers of the drafts: the last check and the
// last trial of each. Both can be had again from the draft.
type studio struct {
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu        sync.Mutex
	checks    map[string]checked // by login
	trials    map[string]*trial  // by login
	summaries map[int]string     // of published versions, which never change
}

// checked is a draft after its check.
type checked struct {
	key    string // of the texts
	rules  intake.Rules
	faults policyfile.Faults
}

func newStudio() *studio {
	st := &studio{checks: map[string]checked{}, trials: map[string]*trial{}, summaries: map[int]string{}}
	st.ctx, st.cancel = context.WithCancel(context.Background())
	return st
}

// close stops the trials under way.
func (st *studio) close() {
	st.cancel()
	st.wg.Wait()
}

func (s *Server) versions() *versions.Keeper { return versions.New(s.Redis) }

// folder is the policy folder of a version, 0 for what came before the first.
func (s *Server) folder(ctx context.Context, version int) (*versions.Draft, error) {
	folder := s.Amend.Default
	if version > 0 {
		var err error
		if folder, err = s.versions().Folder(ctx, version); err != nil {
			return nil, err
		}
	}
	d, err := versions.NewDraft(version, folder)
	if err != nil || version == 0 {
		return d, err
	}
	return d, s.complete(d)
}

// complete adds the tables that came into the policy after a version was
// published, as they stand in the default: so they are in force, and so they
// can be edited.
func (s *Server) complete(d *versions.Draft) error {
	all, err := versions.NewDraft(0, s.Amend.Default)
	if err != nil {
		return err
	}
	for name, text := range all.Files {
		if _, there := d.Files[name]; !there && !strings.Contains(name, "/") {
			d.Files[name] = text
		}
	}
	return nil
}

// draftKey tells the texts of a draft from any others.
func draftKey(d *versions.Draft) string {
	sum := fnv.New64a()
	for _, name := range d.Names() {
		fmt.Fprintf(sum, "%s\x00%d\x00", name, len(d.Files[name]))
		sum.Write([]byte(d.Files[name]))
	}
	return strconv.FormatUint(sum.Sum64(), 36)
}

// check reads a draft as the service would.
func (s *Server) check(login string, d *versions.Draft) (checked, error) {
	key := draftKey(d)
	s.studio.mu.Lock()
	known, ok := s.studio.checks[login]
	s.studio.mu.Unlock()
	if ok && known.key == key {
		return known, nil
	}
	c, err := s.checkFolder(d)
	if err != nil {
		return c, err
	}
	c.key = key
	s.studio.mu.Lock()
	s.studio.checks[login] = c
	s.studio.mu.Unlock()
	return c, nil
}

func (s *Server) checkFolder(d *versions.Draft) (c checked, err error) {
	folder, err := d.Folder()
	if err != nil {
		return c, err
	}
	if c.rules, err = s.Amend.Rules(folder); err != nil && !errors.As(err, &c.faults) {
		return c, err
	}
	slices.SortStableFunc(c.faults, func(a, b policyfile.Fault) int {
		if a.File != b.File {
			return 0
		}
		return a.Line - b.Line
	})
	return c, nil
}

// draftPage is what the pages of a draft have in common.
type draftPage struct {
	page
	Tabs []tabView
	Here bool // there is a draft
}

// drafting is a visit with its draft.
type drafting struct {
	*visit
	draft *versions.Draft
	head  int
	checked
}

// withDraft hands the visitor's draft to a page; who has none is shown how to
// begin one.
func (s *Server) withDraft(f func(*drafting) error) func(*visit) error {
	return func(v *visit) error {
		if s.Amend.Rules == nil {
			return ticket.Refuse(ticket.ErrNotFound, "no_amending", "这个服务没有开通在工作台上修改政策")
		}
		d := &drafting{visit: v}
		var err error
		if d.head, err = s.versions().Head(v.ctx()); err != nil {
			return storeDown(err)
		}
		d.draft, err = s.versions().Draft(v.ctx(), v.account.Login)
		if errors.Is(err, ticket.ErrNotFound) && v.Method() == fiber.MethodGet {
			return s.noDraftPage(d)
		}
		if err != nil {
			return err
		}
		if d.checked, err = s.check(v.account.Login, d.draft); err != nil {
			return err
		}
		return f(d)
	}
}

// draftFrame begins a page of the draft.
func (s *Server) draftFrame(d *drafting, current, sub string) draftPage {
	p := draftPage{page: s.page(d.visit, "修改政策", "/policy"), Here: d.draft != nil}
	p.Sub = sub
	add := func(name, title string, n int, hot bool) {
		t := tabView{Name: name, Title: title, Href: "/policy/draft/" + name, N: n, Counted: n > 0, Hot: hot, Current: name == current}
		if name == "tables" {
			t.Href = "/policy/draft"
		}
		p.Tabs = append(p.Tabs, t)
	}
	p.Tabs = append(p.Tabs, tabView{Name: "current", Title: "现行政策", Href: "/policy"})
	if d.draft != nil {
		add("tables", "改表", 0, false)
		add("check", "检查", len(d.faults), true)
		add("conflicts", "关键词冲突", 0, false)
		add("try", "试运行", 0, false)
		add("publish", "发布", 0, false)
	}
	p.Tabs = append(p.Tabs, tabView{Name: "history", Title: "历次版本", Href: "/policy/history", Current: current == "history"})
	p.Tabs = append(p.Tabs, s.proposalsTab(d.visit, current))
	if d.may(permit.Text) {
		p.Tabs = append(p.Tabs, tabView{Name: "trials", Title: "试运行结果", Href: "/policy/trials", Current: current == "trials"})
	}
	if d.draft != nil && d.draft.Base != d.head {
		p.Notice = p.Notice.or(notice{Tone: "amber", Icon: "alert", Text: "这份草稿是从" + policyName(d.draft.Base) + "改起的，现在已经是" + policyName(d.head) + "。发布前请到“发布”页把改动搬到新版上。"})
	}
	return p
}

func policyName(version int) string {
	if version == 0 {
		return "内置默认政策"
	}
	return fmt.Sprintf("第 %d 版", version)
}

// draftView is the list of the tables of a draft.
type draftView struct {
	draftPage
	Groups        []draftGroup
	Base, Changed string
	Edits         int
}

type draftGroup struct {
	Title string
	Files []draftFile
}

type draftFile struct {
	Name, Title, Purpose, Href string
	Rows                       int
	Change                     string
	Faults                     chip
}

func (s *Server) noDraftPage(d *drafting) error {
	view := draftView{draftPage: s.draftFrame(d, "tables", "先改草稿，检查、试运行，再发布"), Base: policyName(d.head)}
	return s.render(d.Ctx, "policy_draft", view)
}

func (s *Server) draftTables(d *drafting) error { return s.showTables(d, notice{}) }

func (s *Server) showTables(d *drafting, n notice) error {
	view := draftView{draftPage: s.draftFrame(d, "tables", "草稿，还没有生效"), Base: policyName(d.draft.Base), Changed: moment(d.draft.At, d.now)}
	view.Notice = n.or(view.Notice)
	base, err := s.folder(d.ctx(), d.draft.Base)
	if err != nil {
		return err
	}
	diffs := map[string]string{}
	for _, diff := range compareFolders(base, d.draft, 0) {
		diffs[diff.File] = diff.Summary
	}
	view.Edits = len(diffs)
	faults := map[string]int{}
	for _, f := range d.faults {
		faults[f.File]++
	}
	for _, name := range orderedFiles(d.draft) {
		about := policyFileOf(name)
		file := draftFile{Name: name, Title: about.title, Purpose: about.purpose, Href: sheetAddress(name, nil), Change: diffs[name]}
		if sheet, err := policyfile.ParseSheet(name, []byte(d.draft.Files[name])); err == nil {
			file.Rows = len(sheet.Rows)
		}
		if n := faults[name]; n > 0 {
			file.Faults = chip{Text: fmt.Sprintf("%d 处问题", n), Tone: "red", Icon: "alert"}
		}
		if n := len(view.Groups); n == 0 || view.Groups[n-1].Title != about.group {
			view.Groups = append(view.Groups, draftGroup{Title: about.group})
		}
		g := &view.Groups[len(view.Groups)-1]
		g.Files = append(g.Files, file)
	}
	return s.render(d.Ctx, "policy_draft", view)
}

// orderedFiles are the files of a draft as the manual orders them.
func orderedFiles(d *versions.Draft) []string {
	var names []string
	for _, f := range policyFiles {
		if _, ok := d.Files[f.name]; ok {
			names = append(names, f.name)
		}
	}
	for _, name := range d.Names() {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// startDraft copies the policy in force. A draft that is there stays.
func (s *Server) startDraft(v *visit) error {
	if s.Amend.Rules == nil {
		return ticket.Refuse(ticket.ErrNotFound, "no_amending", "这个服务没有开通在工作台上修改政策")
	}
	versions := s.versions()
	if _, err := versions.Draft(v.ctx(), v.account.Login); err == nil {
		return v.Redirect("/policy/draft", fiber.StatusSeeOther)
	}
	head, err := versions.Head(v.ctx())
	if err != nil {
		return storeDown(err)
	}
	d, err := s.folder(v.ctx(), head)
	if err != nil {
		return err
	}
	if err := versions.PutDraft(v.ctx(), v.now, v.account.Login, d); err != nil && !errors.Is(err, ticket.ErrConflict) {
		return err
	}
	if err := s.accounts.note(v.ctx(), v.now, v.actor, "policy_draft", policyName(head), ""); err != nil {
		return err
	}
	return v.Redirect("/policy/draft", fiber.StatusSeeOther)
}

func (s *Server) dropDraft(v *visit) error {
	if err := s.versions().DropDraft(v.ctx(), v.account.Login); err != nil {
		return err
	}
	s.studio.forget(v.account.Login)
	if err := s.accounts.note(v.ctx(), v.now, v.actor, "policy_drop", "", ""); err != nil {
		return err
	}
	return v.Redirect("/policy/draft", fiber.StatusSeeOther)
}

func (st *studio) forget(login string) {
	st.mu.Lock()
	defer st.mu.Unlock()
	delete(st.checks, login)
	if t := st.trials[login]; t != nil {
		t.cancel()
		delete(st.trials, login)
	}
}

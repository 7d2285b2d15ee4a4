package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"huiyin/intake"
	"huiyin/ticket"
)

// imports are the spreadsheets that people uploaded to this instance. The files
// lie in a folder of their own and go when the service ends; the tickets that
// came of them do not depend on it.
type imports struct {
	dir    string
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu  sync.Mutex
	all map[string]*sheetImport
}

// The phases of an uploaded sheet.
const (
	phaseChecking = "checking"
	phaseChecked  = "checked"
	phaseRunning  = "running"
	phaseDone     = "done"
	phaseFailed   = "failed"
)

type sheetImport struct {
	id, path, name   string
	channel          ticket.Channel
	mapping          string
	actor            ticket.Actor
	at               time.Time
	phase            string
	done, total      int
	summary          intake.Summary
	failure, request string
	preview          intake.Preview
	columns          map[string]string // what somebody said of single headers
}

// importsKept is how many uploads are remembered.
const importsKept = 20

func newImports(dataDir string) (*imports, error) {
	if dataDir == "" {
		dataDir = os.TempDir()
	}
	if err := sweepUploads(dataDir, time.Now()); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(dataDir, uploadsPrefix)
	if err != nil {
		return nil, err
	}
	im := &imports{dir: dir, all: map[string]*sheetImport{}}
	im.ctx, im.cancel = context.WithCancel(context.Background())
	return im, nil
}

const uploadsPrefix = "huiyin-uploads-"

// sweepUploads removes what a killed service left behind: sheets hold personal
// data. Folders of another instance on the same disk are younger than a day or
// written to.
func sweepUploads(dataDir string, now time.Time) error {
	left, err := filepath.Glob(filepath.Join(dataDir, uploadsPrefix+"*"))
	if err != nil {
		return err
	}
	for _, dir := range left {
		if info, err := os.Stat(dir); err == nil && now.Sub(info.ModTime()) > 24*time.Hour {
			if err := os.RemoveAll(dir); err != nil {
				return err
			}
		}
	}
	return nil
}

// close stops what runs and removes the uploads.
func (im *imports) close() error {
	im.cancel()
	im.wg.Wait()
	return os.RemoveAll(im.dir)
}

// snapshot is an import as it stands now.
func (im *imports) snapshot(id string) (sheetImport, error) {
	im.mu.Lock()
	defer im.mu.Unlock()
	i, ok := im.all[id]
	if !ok {
		return sheetImport{}, ticket.Refuse(ticket.ErrNotFound, "no_import", "没有这次导入，可能服务重启过；请重新上传")
	}
	return *i, nil
}

func (im *imports) update(id string, edit func(*sheetImport)) {
	im.mu.Lock()
	defer im.mu.Unlock()
	edit(im.all[id])
}

func (im *imports) add(i *sheetImport) {
	im.mu.Lock()
	defer im.mu.Unlock()
	im.all[i.id] = i
	if len(im.all) <= importsKept {
		return
	}
	list := im.sorted()
	oldest := list[len(list)-1]
	if oldest.phase != phaseChecking && oldest.phase != phaseRunning {
		os.RemoveAll(filepath.Dir(oldest.path))
		delete(im.all, oldest.id)
	}
}

func (im *imports) sorted() []*sheetImport {
	list := make([]*sheetImport, 0, len(im.all))
	for _, i := range im.all {
		list = append(list, i)
	}
	sort.Slice(list, func(a, b int) bool { return list[a].at.After(list[b].at) })
	return list
}

// run checks or imports in the background.
func (s *Server) runSheet(id string, check bool) {
	im := s.imports
	im.wg.Add(1)
	go func() {
		defer im.wg.Done()
		i, err := im.snapshot(id)
		if err != nil {
			return
		}
		options := i.options(s)
		if preview, err := s.Line.Preview(i.path, options); err == nil {
			im.update(id, func(i *sheetImport) { i.preview = preview })
		}
		options.Check = check
		options.Progress = func(done, total int) { im.update(id, func(i *sheetImport) { i.done, i.total = done, total }) }
		summary, err := s.Line.Import(im.ctx, s.Now(), i.actor, i.path, options)
		if err != nil {
			p, internal := problemOf(err, i.request)
			if internal {
				s.log.Error("import failed", "request", i.request, "error", scrub(err))
			}
			im.update(id, func(i *sheetImport) { i.phase, i.failure = phaseFailed, p.Detail })
			return
		}
		im.update(id, func(i *sheetImport) {
			i.summary, i.phase = summary, phaseDone
			if check {
				i.phase = phaseChecked
			}
		})
		s.live.nudge()
	}()
}

type importView struct {
	page
	Channels []option
	Mappings []string
	Recent   []recentImport
}

type recentImport struct {
	ID, File, Channel, By, At string
	State                     chip
}

var phaseChips = map[string]chip{
	phaseChecking: {Text: "正在检查", Tone: "blue", Icon: "clock"}, phaseChecked: {Text: "已检查，还没导入", Tone: "amber"},
	phaseRunning: {Text: "正在导入", Tone: "blue", Icon: "clock"}, phaseDone: {Text: "已导入", Tone: "green", Icon: "check"},
	phaseFailed: {Text: "没有成功", Tone: "red", Icon: "alert"},
}

func (s *Server) importView(v *visit) importView {
	view := importView{page: s.page(v, "导入", "/import"), Mappings: s.Mappings().Names()}
	view.Sub = "把各平台导出的表格变成工单"
	for _, c := range ticket.Channels {
		view.Channels = append(view.Channels, option{Value: string(c), Label: c.Name()})
	}
	s.imports.mu.Lock()
	defer s.imports.mu.Unlock()
	for _, i := range s.imports.sorted() {
		view.Recent = append(view.Recent, recentImport{i.id, i.name, i.channel.Name(), i.actor.Name, moment(i.at, v.now), phaseChips[i.phase]})
	}
	return view
}

func (s *Server) importPage(v *visit) error { return s.render(v.Ctx, "import", s.importView(v)) }

// uploadSheet takes a file and checks it; nothing is written yet.
func (s *Server) uploadSheet(v *visit) error {
	file, err := v.FormFile("file")
	channel := ticket.Channel(v.FormValue("channel"))
	if err != nil || !channel.Valid() {
		view := s.importView(v)
		view.Notice = notice{Text: "请选一个文件，并选好来源", Tone: "red", Icon: "alert"}
		v.Status(fiber.StatusUnprocessableEntity)
		return s.render(v.Ctx, "import", view)
	}
	id := newRequestID()
	dir := filepath.Join(s.imports.dir, id)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	// The name on disk is ours: a name from outside is only ever shown.
	path := filepath.Join(dir, "upload"+safeExt(file.Filename))
	if err := v.SaveFile(file, path); err != nil {
		return err
	}
	if err := s.accounts.note(v.ctx(), v.now, v.actor, "import", firstRunes(file.Filename, 80), channel.Name()); err != nil {
		return err
	}
	known, err := s.knownColumns(v.ctx(), channel)
	if err != nil {
		return err
	}
	s.imports.add(&sheetImport{
		columns: known, id: id, path: path, name: firstRunes(filepath.Base(file.Filename), 80), channel: channel, mapping: v.FormValue("mapping"), actor: v.actor,
		at: v.now, phase: phaseChecking, request: requestID(v.Ctx),
	})
	s.runSheet(id, true)
	return v.Redirect("/import/"+id, fiber.StatusSeeOther)
}

func safeExt(name string) string {
	switch ext := filepath.Ext(name); ext {
	case ".xlsx", ".xls", ".csv", ".txt", ".XLSX", ".XLS", ".CSV":
		return ext
	}
	return ".bin"
}

func (s *Server) runImport(v *visit) error {
	i, err := s.imports.snapshot(v.Params("id"))
	if err != nil {
		return err
	}
	started := false
	s.imports.update(i.id, func(i *sheetImport) {
		if i.phase == phaseChecked {
			i.phase, i.done, i.total, started = phaseRunning, 0, 0, true
		}
	})
	if started {
		s.runSheet(i.id, false)
		if err := s.learnColumns(v.ctx(), &i); err != nil {
			return err
		}
	}
	return v.Redirect("/import/"+i.id, fiber.StatusSeeOther)
}

func (s *Server) importRejects(v *visit) error {
	i, err := s.imports.snapshot(v.Params("id"))
	if err != nil {
		return err
	}
	if i.summary.RejectsFile == "" {
		return ticket.Refuse(ticket.ErrNotFound, "no_rejects", "没有未通过的行")
	}
	if _, err := os.Stat(i.summary.RejectsFile); errors.Is(err, fs.ErrNotExist) {
		return ticket.Refuse(ticket.ErrNotFound, "no_rejects", "文件已经清理，请重新检查一次")
	}
	return v.Download(i.summary.RejectsFile, "未通过的行.xlsx")
}

// importingView is one upload on its way.
type importingView struct {
	page
	ID, File, Phase, Doing string
	State                  chip
	Busy, MayRun, Finished bool
	Done, Total, Percent   int
	Ready                  int
	Result                 notice
	Figures                []cardView
	Rejects                bool
	Reasons                []string // of the first rejected rows
	AgainRows              int
	Again                  []importedAgain
	Columns                columnsView
}

func (s *Server) importStatus(v *visit) error {
	i, err := s.imports.snapshot(v.Params("id"))
	if err != nil {
		return err
	}
	view := importingView{
		page: s.page(v, "导入", "/import"), ID: i.id, File: i.name, Phase: i.phase, State: phaseChips[i.phase], Done: i.done, Total: i.total,
		Busy: i.phase == phaseChecking || i.phase == phaseRunning, Finished: i.phase == phaseDone, Doing: "正在检查，不写入", Rejects: i.summary.RejectsFile != "",
	}
	if i.phase == phaseRunning {
		view.Doing = "正在导入"
	}
	if i.total > 0 {
		view.Percent = 100 * i.done / i.total
	}
	if i.phase == phaseChecked || i.phase == phaseDone {
		view.summarize(i.summary, i.phase == phaseChecked)
		view.AgainRows, view.Again = i.summary.AgainRows, s.importedAgain(v, i.summary.Again)
	}
	if i.phase == phaseChecked || i.phase == phaseFailed {
		view.Columns = columnsOf(v, &i)
	}
	if i.phase == phaseFailed {
		view.Result = notice{Text: i.failure, Tone: "red", Icon: "alert"}
	}
	if v.Get("HX-Request") == "true" {
		return s.render(v.Ctx, "importing-part", view)
	}
	return s.render(v.Ctx, "importing", view)
}

func (view *importingView) summarize(sum intake.Summary, check bool) {
	fresh, mend := "新工单", "可下载，改好再导入"
	if check {
		mend = "导入时写成表格，供下载修改"
		fresh, view.Ready, view.MayRun = "可以导入", sum.Accepted, sum.Accepted > 0
	}
	figure := func(title string, n int, note, tone string) cardView {
		if n == 0 {
			tone = "zero"
		}
		return cardView{Title: title, Value: strconv.Itoa(n), Unit: "行", Note: note, Tone: tone}
	}
	view.Figures = []cardView{
		figure("读到", sum.Read, fmt.Sprintf("用时 %.1f 秒", sum.Seconds), ""), figure(fresh, sum.Accepted, "", ""),
		figure("已有", sum.Duplicates, "同一来源的同一编号，不重复收", ""), figure("没有通过", sum.Rejected, mend, "red"),
	}
	view.Reasons = sum.Reasons
	switch {
	case check && sum.Accepted == 0 && sum.Rejected == 0:
		view.Result = notice{Text: "这些行以前都导入过了，不会多出工单", Tone: "amber", Icon: "info", More: sum.Notes}
	case !check:
		view.Result = notice{Text: fmt.Sprintf("导入完成：新增 %d 件工单", sum.Accepted), Tone: "green", Icon: "check", More: sum.Notes}
	case len(sum.Notes) > 0:
		view.Result = notice{Text: "读表时看到：", More: sum.Notes}
	}
}

package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"maps"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/locker"
)

// sent is a file of a form.
type sent struct{ name, content string }

// screenshot is a small picture; n makes it another one.
func screenshot(n int) string {
	m := image.NewGray(image.Rect(0, 0, 40, 30))
	m.Pix[n] = 200
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.String()
}

// multipart is a form with files, and its content type.
func (b *bureau) multipart(fields map[string]string, files []sent) (*bytes.Buffer, string) {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range fields {
		b.check(form.WriteField(name, value))
	}
	for _, f := range files {
		part, err := form.CreateFormFile("files", f.name)
		b.check(err)
		_, err = part.Write([]byte(f.content))
		b.check(err)
	}
	b.check(form.Close())
	return &body, form.FormDataContentType()
}

// sendFiles sends a form with files, as browsers do.
func (w *browser) sendFiles(path string, fields map[string]string, files []sent, change ...func(*http.Request)) answer {
	w.b.t.Helper()
	all := map[string]string{"csrf": w.csrf}
	maps.Copy(all, fields)
	body, kind := w.b.multipart(all, files)
	return w.send(http.MethodPost, path, body, append([]func(*http.Request){header("Content-Type", kind)}, change...)...)
}

var script = []func(*http.Request){header("X-Fragment", "true"), header("Accept", "application/json")}

// attached adds a file to a ticket by its page and gives its address.
func (b *bureau) attached(login string, id ticket.ID, purpose string, f sent) string {
	b.t.Helper()
	w := b.as(login)
	w.sendFiles("/tickets/"+string(id)+"/attachments", map[string]string{"request": newRequestID(), "purpose": purpose}, []sent{f}, script...).has(b.t, http.StatusOK)
	t := b.ticket(id)
	files := ticket.Attachments(t.Events)
	return "/tickets/" + string(id) + "/attachments/" + files[len(files)-1].SHA256
}

func TestAFileIsAddedSeenAndTakenAway(t *testing.T) {
	b := newBureau(t)
	id := b.dispatched(1, "yunfu")
	unit := b.as("unit")
	page := "/tickets/" + string(id)
	unit.sendFiles(page+"/attachments", map[string]string{"request": "r1", "purpose": "work", "note": "约谈当天"}, []sent{{"现场 照片.png", screenshot(1)}}).
		has(t, http.StatusSeeOther)
	unit.sendFiles(page+"/attachments", map[string]string{"request": "r1", "purpose": "work", "note": "约谈当天"}, []sent{{"现场 照片.png", screenshot(1)}}).has(t, http.StatusSeeOther)
	tk := b.ticket(id)
	files := ticket.Attachments(tk.Events)
	if len(files) != 1 {
		t.Fatalf("sent twice, there %d times", len(files))
	}
	shown := unit.get(page)
	shown.has(t, http.StatusOK, "现场 照片.png", "约谈当天", "办理材料", files[0].SHA256+"/small")
	address := page + "/attachments/" + files[0].SHA256
	got := b.as("operator").get(address)
	got.has(t, http.StatusOK)
	if kind := got.header.Get("Content-Type"); kind != "image/png" || int64(len(got.body)) != files[0].Size {
		t.Errorf("%s with %d bytes", kind, len(got.body))
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Content-Disposition": "filename*=UTF-8''%E7%8E%B0%E5%9C%BA%20%E7%85%A7%E7%89%87.png", "Content-Security-Policy": "sandbox",
	} {
		if have := got.header.Get(name); !strings.Contains(have, want) {
			t.Errorf("%s: %q lacks %q", name, have, want)
		}
	}
	unit.get(address+"/small").has(t, http.StatusOK, "\xff\xd8\xff")
	b.does("unit", id, ticket.StepDetach, "file", files[0].SHA256, "reason", "传错了")
	b.as("operator").get(address).has(t, http.StatusNotFound, "撤下")
	unit.get(page).has(t, http.StatusOK, "还没有附件", "传错了", "撤下附件")
}

func TestWhoSeesAFile(t *testing.T) {
	b := newBureau(t)
	id := b.dispatched(1, "yunfu")
	plain := b.attached("operator", id, ticket.FromCaller, sent{"车票.png", screenshot(1)})
	work := b.attached("unit", id, ticket.OfHandling, sent{"约谈记录.pdf", "%PDF-1.7 %%EOF"})
	see := func(when, address string, want map[string]int) {
		t.Helper()
		for login, status := range want {
			if got := b.as(login).get(address); got.status != status {
				t.Errorf("%s, %s gets %d, want %d", when, login, got.status, status)
			}
		}
	}
	all := map[string]int{"operator": 200, "unit": 200, "unit2": 404, "supervisor": 200, "leader": 200, "discipline": 200, "admin": 403, "auditor": 403}
	see("plain", plain, all)
	see("plain", work, all)
	b.does("operator", id, ticket.StepConfide)
	see("confidential", plain, map[string]int{"operator": 200, "unit": 404, "unit2": 404, "supervisor": 404, "leader": 404, "discipline": 200})
	see("confidential", work, all)
	page := b.as("unit").get("/tickets/" + string(id))
	page.has(t, http.StatusOK, "另有 1 个来电人提供的附件", "约谈记录.pdf")
	if strings.Contains(page.body, "车票") {
		t.Error("the page of the unit names the caller's file")
	}
	if got := b.program("unit").call(http.MethodGet, "/api/v1/tickets/"+string(id), ""); strings.Contains(got.body, "车票") {
		t.Error("the API tells the unit the name of the caller's file")
	}
	b.does("operator", id, ticket.StepProposeHandOver, "clue", "反映收钱放行")
	see("a clue", work, map[string]int{"operator": 404, "unit": 404, "leader": 404, "discipline": 200})
}

func TestAFileIsNotHadByKnowingItsSum(t *testing.T) {
	b := newBureau(t)
	theirs, own := b.dispatched(1, "gonglu"), b.dispatched(2, "yunfu")
	b.attached("unit2", theirs, ticket.OfHandling, sent{"别人的.png", screenshot(1)})
	foreign := b.ticket(theirs)
	f := ticket.Attachments(foreign.Events)[0]
	w := b.as("unit")
	w.get("/tickets/"+string(own)+"/attachments/"+f.SHA256).has(t, http.StatusNotFound)
	fields := map[string]string{"files": ticket.FormatFiles([]ticket.File{f.File}), "purpose": "work"}
	body := must(json.Marshal(map[string]any{"version": b.ticket(own).Version, "request": "steal", "fields": fields}))
	b.program("unit").call(http.MethodPost, "/api/v1/tickets/"+string(own)+"/steps/attach", string(body)).problem(t, http.StatusUnprocessableEntity, "upload")
	w.post("/tickets/"+string(own)+"/steps/attach", map[string][]string{"version": {fmt.Sprint(b.ticket(own).Version)}, "request": {"steal"}, "files": {fields["files"]}, "purpose": {"work"}}).
		has(t, http.StatusUnprocessableEntity)
	if mine := b.ticket(own); len(ticket.Attachments(mine.Events)) != 0 {
		t.Error("the file of another unit's ticket was attached by its sum")
	}
}

func TestRefusedFilesAreExplainedAndTheTextStays(t *testing.T) {
	b := newBureau(t)
	id := b.dispatched(1, "yunfu")
	w := b.as("unit")
	big := screenshot(1) + strings.Repeat("x", 10<<20)
	for _, c := range []struct {
		name  string
		files []sent
		words []string
	}{
		{"none", nil, []string{"请选择要上传的文件"}},
		{"empty", []sent{{"空.png", ""}}, []string{"“空.png”是空文件"}},
		{"a program with the name of a photo", []sent{{"照片.jpg", "MZ\x90\x00"}}, []string{"“照片.jpg”不是可以上传的文件", "jpg、png"}},
		{"a page", []sent{{"说明.html", "<script>alert(1)</script>"}}, []string{"“说明.html”不是可以上传的文件"}},
		{"too large and too many", append([]sent{{"大.png", big}}, make([]sent, 5)...), []string{"一次最多上传 5 个", "“大.png”有 10 MB"}},
	} {
		for i := range c.files {
			if c.files[i].name == "" {
				c.files[i] = sent{fmt.Sprint(i, ".png"), screenshot(i)}
			}
		}
		a := w.sendFiles("/tickets/"+string(id)+"/attachments", map[string]string{"request": newRequestID(), "purpose": "work", "note": "写好的说明"}, c.files)
		a.has(t, http.StatusUnprocessableEntity, append(c.words, "写好的说明")...)
		said := w.sendFiles("/tickets/"+string(id)+"/attachments", map[string]string{"request": newRequestID(), "purpose": "work"}, c.files, script...)
		said.has(t, http.StatusUnprocessableEntity, c.words[0])
	}
	if tk := b.ticket(id); len(ticket.Attachments(tk.Events)) != 0 {
		t.Error("something of what was refused was attached")
	}
}

func TestAFullDiskIsSaid(t *testing.T) {
	b := newBureau(t)
	id := b.dispatched(1, "yunfu")
	full := *defaults().workflow
	full.Files.Spare = 1 << 60
	b.desk.UsePolicy(&full)
	a := b.as("unit").sendFiles("/tickets/"+string(id)+"/attachments", map[string]string{"request": "r", "purpose": "work"}, []sent{{"a.png", screenshot(1)}}, script...)
	a.problem(t, http.StatusInsufficientStorage, "disk_full")
}

func TestALostFileIsSaidAndFoundByFsck(t *testing.T) {
	var dir string
	b := newBureau(t, func(o *Options) { dir = o.DataDir })
	id := b.dispatched(1, "yunfu")
	address := b.attached("unit", id, ticket.OfHandling, sent{"a.png", screenshot(1)})
	sum := address[strings.LastIndexByte(address, '/')+1:]
	b.check(os.WriteFile(filepath.Join(dir, locker.Folder, sum[:2], sum), []byte("damaged"), 0o600))
	b.as("unit").get(address).has(t, http.StatusServiceUnavailable, "已经损坏")
	found := 0
	_, err := workflow.Fsck(b.ctx, b.desk.Store(), b.desk.Policy(), func(breach workflow.Breach) {
		found++
		if breach.Kind != "file" || breach.Ticket != id {
			t.Errorf("fsck says %+v", breach)
		}
	}, b.server.locker.Check)
	if err != nil || found != 1 {
		t.Errorf("fsck finds %d, %v", found, err)
	}
}

func TestProgramsAttachFiles(t *testing.T) {
	b := newBureau(t)
	id := b.dispatched(1, "yunfu")
	p := b.program("unit")
	body, kind := b.multipart(nil, []sent{{"约谈记录.pdf", "%PDF-1.7 %%EOF"}})
	raw := body.String()
	for range 2 {
		a := p.call(http.MethodPost, "/api/v1/tickets/"+string(id)+"/attachments", raw, header("Content-Type", kind), header("Idempotency-Key", "again"))
		a.has(t, http.StatusCreated, `"name":"约谈记录.pdf"`, `"purpose":"work"`)
	}
	tk := b.ticket(id)
	files := ticket.Attachments(tk.Events)
	if len(files) != 1 {
		t.Fatalf("%d files, want 1", len(files))
	}
	p.call(http.MethodGet, "/api/v1/tickets/"+string(id)+"/attachments/"+files[0].SHA256, "").has(t, http.StatusOK, "%PDF-1.7")
	p.call(http.MethodPost, "/api/v1/tickets/"+string(id)+"/attachments", raw, header("Content-Type", kind)).problem(t, http.StatusUnprocessableEntity, "invalid_input")
}

func TestACallIsRegisteredWithItsFilesOrNotAtAll(t *testing.T) {
	b := newBureau(t)
	w := b.as("operator")
	fields := map[string]string{"channel": "12328", "content": "出租车司机听说路近就拒载，把人赶下车，要求处理。", "caller_phone": "13900001234", "request": "abcdef0123"}
	refused := w.sendFiles("/new", fields, []sent{{"录音.mp3", "MZ\x90\x00"}})
	refused.has(t, http.StatusUnprocessableEntity, "“录音.mp3”不是可以上传的文件", "附件要重新选择一次", "听说路近就拒载")
	if n := must(b.desk.List(b.ctx, b.now(), person("operator"), workflow.Filter{Limit: 5})).Total; n != 0 {
		t.Fatalf("%d tickets were opened with a file that was refused", n)
	}
	for range 2 { // a double click
		a := w.sendFiles("/new", fields, []sent{{"车票.png", screenshot(1)}})
		a.has(t, http.StatusSeeOther)
	}
	found := must(b.desk.List(b.ctx, b.now(), person("operator"), workflow.Filter{Limit: 5}))
	if found.Total != 1 {
		t.Fatalf("%d tickets, want 1", found.Total)
	}
	tk := b.ticket(found.Tickets[0].ID)
	files := ticket.Attachments(tk.Events)
	if len(files) != 1 || files[0].Purpose != ticket.FromCaller || files[0].Name != "车票.png" {
		t.Errorf("files: %+v", files)
	}
}

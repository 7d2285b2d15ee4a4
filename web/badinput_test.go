package web

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	browse "huiyin/internal/browser"
	"huiyin/ticket"
)

func TestTextPastedFromWordIsTaken(t *testing.T) {
	b := newBureau(t)
	id := b.dispatched(1, "yunfu")
	b.does("unit", id, ticket.StepSign)
	form := url.Values{"version": {strconv.FormatInt(b.ticket(id).Version, 10)}, "request": {"word"}}
	fields := b.reply()
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	form.Set("told_at", b.now().In(ticket.Shanghai).Format("2006-01-02T15:04"))
	form.Set("facts", "一、基本情况\r\n司机“拒载”\v第二行\u00a0有空格\u200b\ufeff\fI\u00ad\x07完")
	b.as("unit").post("/tickets/"+string(id)+"/steps/reply", form).has(t, http.StatusSeeOther)
	tk := b.ticket(id)
	e := tk.Events[len(tk.Events)-1]
	if got, want := e.Fields["facts"], "一、基本情况\n司机“拒载”\n第二行 有空格\nI完"; got != want {
		t.Errorf("kept as %q, want %q", got, want)
	}
}

// paste gives files to the page as a browser does when somebody presses Ctrl+V
// or lets them fall.
const paste = `((kind, name, text) => {
	const data = new DataTransfer()
	const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
	data.items.add(new File([bytes], name, { type: 'image/png' }))
	const event = kind === 'paste' ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
		: new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
	document.querySelector('[data-attachments]').dispatchEvent(event)
	return true
})`

// TestAReplyWithFilesInABrowser writes a reply while files of all sorts are
// added: nothing that goes wrong with a file, or with the network, costs a word.
func TestAReplyWithFilesInABrowser(t *testing.T) {
	b := newBureau(t)
	id := b.dispatched(1, "yunfu")
	b.does("unit", id, ticket.StepSign)
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		b.check(os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	address := b.served()
	v := b.operatorAt(address, "unit", "/tickets/"+string(id))
	v.Unfold("reply")
	v.Write("reply-facts", "写了半天的基本情况")
	v.Attach("files", file("照片.jpg", "MZ\x90\x00这是程序"))
	v.UntilText("upload-fault", "不是可以上传的文件")
	v.Attach("files", file("大.png", screenshot(1)+strings.Repeat("x", 21<<20)))
	v.UntilText("upload-fault", "最大 20 MB")
	v.Attach("files", file("现场.png", screenshot(1)))
	v.See("file-现场.png")
	for kind, n := range map[string]int{"paste": 2, "drop": 3} {
		browse.Find[bool](v, paste+`("`+kind+`", "`+kind+`.png", "`+base64.StdEncoding.EncodeToString([]byte(screenshot(n)))+`")`)
		v.See("file-" + kind + ".png")
	}
	if got := browse.Find[string](v, `document.querySelector('[data-test=reply-facts]').value`); got != "写了半天的基本情况" {
		t.Errorf("after the files the form holds %q", got)
	}

	browse.Find[bool](v, `(() => { const s = document.querySelector('[data-templates]'); s.selectedIndex = 1; s.dispatchEvent(new Event('change', { bubbles: true })); return true })()`)
	if got := browse.Find[string](v, `document.querySelector('[data-test=reply-facts]').value`); got != "写了半天的基本情况" {
		t.Errorf("the template wrote over %q", got)
	}
	v.Click("do-reply")
	v.UntilText("toast", "没有换成实际情况")

	v.Offline(true)
	v.Write("reply-handling", "约谈了司机和企业")
	v.Write("reply-basis", "出租汽车经营服务管理规定第四十九条")
	v.Write("reply-public_reply", "已处理")
	v.Click("do-reply")
	v.Until(`!document.querySelector('[data-test=do-reply]')`)
	v.Offline(false)
	v.Open("/tickets/" + string(id))
	v.Unfold("reply")
	v.Until(`document.querySelector('[data-test=reply-handling]').value === '约谈了司机和企业' && document.querySelector('[data-test=reply-facts]').value === '写了半天的基本情况'`)
	for _, choice := range []string{"reply-solved-yes", "reply-substantiated-yes", "reply-outcome-solved", "reply-told_way-phone"} {
		v.Click(choice)
	}
	v.Submit("do-reply")
	b.until(id, ticket.Replied)
	tk := b.ticket(id)
	if n := len(ticket.Attachments(tk.Events)); n != 3 {
		t.Errorf("%d files, want 3", n)
	}
}

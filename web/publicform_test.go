package web

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"huiyin/ticket"
)

var (
	formTokenIn = regexp.MustCompile(`name="token" value="([^"]+)"`)
	numberIn    = regexp.MustCompile(`data-test="number">(GK[0-9]{8}-[0-9A-Z]{8})<`)
)

// citizen is somebody without an account in front of the public form.
type citizen struct {
	*browser
	token string
}

func (b *bureau) citizen() *citizen {
	b.t.Helper()
	c := &citizen{browser: b.browser()}
	c.read(c.get("/public/new"), http.StatusOK)
	b.wait(time.Minute)
	return c
}

func (c *citizen) read(a answer, status int) answer {
	c.b.t.Helper()
	a.has(c.b.t, status)
	if m := formTokenIn.FindStringSubmatch(a.body); m != nil {
		c.token = m[1]
	}
	return a
}

func (c *citizen) matter(change ...string) map[string]string {
	fields := map[string]string{
		"csrf": "", "token": c.token, "content": "早上七点在迎晖大道站等公交，车没有停就开走了，希望核实司机。", "area": "城东区", "place": "迎晖大道站",
		"caller_name": "王女士", "caller_phone": "139 0000 5678", "confidential": "no", "agree": "yes",
	}
	for i := 0; i+1 < len(change); i += 2 {
		fields[change[i]] = change[i+1]
	}
	return fields
}

// files sends the form and follows to the receipt; the number is empty when
// there is none.
func (c *citizen) files(fields map[string]string, with ...sent) (number string, a answer) {
	c.b.t.Helper()
	a = c.sendFiles("/public/new", fields, with)
	if a.status != http.StatusSeeOther {
		return "", c.read(a, a.status)
	}
	a = c.get(a.header.Get("Location"))
	if m := numberIn.FindStringSubmatch(a.body); m != nil {
		number = m[1]
	}
	return number, a
}

func TestAnybodyFilesAMatterAndFollowsIt(t *testing.T) {
	b := newBureau(t)
	c := b.citizen()
	number, _ := c.files(c.matter("when", "2026-10-12T07:10", "subject", "203路"), sent{"站牌.png", screenshot(1)})
	if number == "" {
		t.Fatal("no number was given")
	}
	id, err := b.desk.Store().Find(b.ctx, ticket.ChannelMessage, number)
	b.check(err)
	tk := b.ticket(id)
	files := ticket.Attachments(tk.Events)
	if len(files) != 1 || files[0].Purpose != ticket.FromCaller {
		t.Errorf("files: %+v", files)
	}
	if tk.Extra["事发时间"] != "2026-10-12 07:10" || tk.County != "城东区" || tk.CallerKey == "" {
		t.Errorf("filed as %+v", tk)
	}
	if strings.Contains(tk.Content+fmt.Sprint(tk.Extra), "5678") {
		t.Error("the phone lies open in the ticket")
	}
	query := func(digits string) answer {
		return b.browser().post("/public", map[string][]string{"number": {number}, "digits": {digits}})
	}
	query("5678").has(t, http.StatusOK, "办理进度")
	query("1234").has(t, http.StatusNotFound, "没有查到")
	b.as("operator").get("/tickets/"+string(id)).has(t, http.StatusOK, "公开表单", "站牌.png", "王**")
}

func TestTheSameFormTwiceIsOneTicket(t *testing.T) {
	b := newBureau(t)
	c := b.citizen()
	fields := c.matter()
	first, _ := c.files(fields)
	second, again := c.files(fields)
	if first == "" || second != first {
		t.Errorf("numbers %q and %q", first, second)
	}
	again.has(t, http.StatusOK, "没有重复登记")
}

func TestWhatIsWrongWithThePublicFormIsSaidAndNothingIsLost(t *testing.T) {
	b := newBureau(t)
	for _, c := range []struct {
		name   string
		change []string
		files  []sent
		words  string
	}{
		{"nothing was written", []string{"content", ""}, nil, "请写下反映的事情"},
		{"hardly anything was written", []string{"content", "不好"}, nil, "写得太少"},
		{"too much was written", []string{"content", strings.Repeat("字", 3001)}, nil, "最多 3000 字"},
		{"no number to call back", []string{"caller_phone", "不告诉你"}, nil, "请写您的手机号码"},
		{"not agreed", []string{"agree", ""}, nil, "同意以后再提交"},
		{"a program fills in every field", []string{"website", "http://example.com"}, nil, "没有提交成功"},
		{"a form that nobody handed out", []string{"token", "ABCDEFGH.1.0123456789abcdef"}, nil, "打开得太久了"},
		{"a page as a file", nil, []sent{{"a.html", "<script>alert(1)</script>"}}, "不是可以上传的文件"},
		{"a Word file, which is not taken here", nil, []sent{{"a.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1W\x00o\x00r\x00d\x00D\x00o\x00c\x00u\x00m\x00e\x00n\x00t\x00"}}, "这里不收"},
		{"too many files", nil, []sent{{"1.png", screenshot(1)}, {"2.png", screenshot(2)}, {"3.png", screenshot(3)}, {"4.png", screenshot(4)}}, "一次最多上传 3 个文件"},
	} {
		who := b.citizen()
		number, a := who.files(who.matter(append([]string{"place", "<b>写好的地点</b>"}, c.change...)...), c.files...)
		if number != "" || a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: number %q, status %d", c.name, number, a.status)
			continue
		}
		a.has(t, http.StatusUnprocessableEntity, c.words, "&lt;b&gt;写好的地点&lt;/b&gt;")
		if c.files != nil {
			a.has(t, http.StatusUnprocessableEntity, "附件要重新选择")
		}
		b.wait(time.Hour) // the next one is not one of too many
		if c.name != "too much was written" {
			continue
		}
		if number, _ := who.files(who.matter()); number == "" {
			t.Errorf("%s: mended, it is still refused", c.name)
		}
	}
}

func TestAProgramIsTooFastAndAPersonTooSlow(t *testing.T) {
	b := newBureau(t)
	c := &citizen{browser: b.browser()}
	c.read(c.get("/public/new"), http.StatusOK)
	if number, a := c.files(c.matter()); number != "" || !strings.Contains(a.body, "提交得太快") {
		t.Errorf("at once: %q %d", number, a.status)
	}
	b.wait(13 * time.Hour)
	if number, a := c.files(c.matter()); number != "" || !strings.Contains(a.body, "打开得太久") {
		t.Errorf("after half a day: %q %d", number, a.status)
	}
	if number, a := c.files(c.matter()); number == "" {
		t.Errorf("sent once more, it is refused again: %d", a.status)
	}
}

func TestOneSourceCannotFloodTheDesk(t *testing.T) {
	b := newBureau(t)
	for n := range filedPerSource.allowed + 1 {
		c := b.citizen()
		number, a := c.files(c.matter("content", fmt.Sprintf("第%d次：公交车没有停站就开走了，请核实。", n)))
		if full := n == filedPerSource.allowed; (number == "") != full {
			t.Fatalf("number %d: %q", n, number)
		} else if full {
			a.has(t, http.StatusUnprocessableEntity, "网上提交的太多", fmt.Sprintf("第%d次", n))
		}
	}
}

func TestThePublicFormIsNotSentFromOtherPages(t *testing.T) {
	b := newBureau(t)
	c := b.citizen()
	c.sendFiles("/public/new", c.matter(), nil, header("Origin", "https://evil.example")).has(t, http.StatusForbidden)
}

func TestTheFourDigitsOfANumberCannotBeTriedOut(t *testing.T) {
	b := newBureau(t)
	b.waiting(1)
	for _, number := range []string{"RX0001", "RX9999"} { // there is one, and there is none
		tries := 0
		for n := range 40 {
			a := b.browser().post("/public", map[string][]string{"number": {number}, "digits": {fmt.Sprintf("%04d", n)}})
			if a.status == http.StatusTooManyRequests {
				break
			}
			a.has(t, http.StatusNotFound, "没有查到")
			tries++
			if n%10 == 9 {
				b.wait(publicPerSource.window) // a guesser who has patience, or many addresses
			}
		}
		if tries > publicPerNumber.allowed {
			t.Errorf("%s: %d guesses were answered", number, tries)
		}
		b.wait(2 * time.Hour)
	}
}

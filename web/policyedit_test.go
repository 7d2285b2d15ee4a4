package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"huiyin/classify"
	"huiyin/intake"
	"huiyin/internal/policyfile"
	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow/proposals"
	"huiyin/workflow/rules"
	"huiyin/workflow/versions"
)

// amending is the policy of the tests: judged by the rooms that judge tickets.
func (b *bureau) amending() Amending {
	return Amending{
		Default: tables.Default(),
		InForce: func() intake.Rules { return intake.Rules{Classifier: defaults().classifier, Policy: b.desk.Policy()} },
		Adopt: func(ctx context.Context) error {
			versions := versions.New(b.rdb)
			head, err := versions.Head(ctx)
			if err != nil {
				return err
			}
			folder, err := versions.Folder(ctx, head)
			if err != nil {
				return err
			}
			r, err := rulesOf(folder)
			if err == nil {
				r.Policy.Version = head
				b.desk.UsePolicy(r.Policy)
				b.line.UseClassifier(r.Classifier)
			}
			return err
		},
		Rules: rulesOf,
		Proposals: func() proposals.Settings {
			settings, err := proposals.Load(tables.Default())
			if err != nil {
				panic(err)
			}
			return settings
		},
	}
}

func rulesOf(folder fs.FS) (r intake.Rules, err error) {
	categories, err := classify.LoadCategories(folder)
	if err != nil {
		return r, err
	}
	var faults policyfile.Faults
	policy, err := rules.Load(folder, categories)
	if list := (policyfile.Faults)(nil); errors.As(err, &list) {
		faults = append(faults, list...)
	}
	classifier, err := classify.Load(folder, nil)
	if list := (policyfile.Faults)(nil); errors.As(err, &list) {
		faults = append(faults, list...)
	}
	return intake.Rules{Classifier: classifier, Policy: policy}, faults.Err()
}

// amender is an administrator with a draft.
func (b *bureau) amender() *browser {
	w := b.as("admin")
	w.post("/policy/draft", nil).has(b.t, http.StatusSeeOther)
	return w
}

func sheetOf(w *browser, file string, query ...string) answer {
	q := url.Values{"file": {file}}
	for i := 0; i+1 < len(query); i += 2 {
		q.Set(query[i], query[i+1])
	}
	return w.get("/policy/draft/sheet?" + q.Encode())
}

var formMark = regexp.MustCompile(`name="line" value="(\d+)"><input type="hidden" name="mark" value="([0-9a-f]*)"`)

// edits changes the row that holds all the texts, as the form would; cells are
// given as column, value pairs.
func (b *bureau) edits(w *browser, file, do string, row []string, cells ...string) answer {
	b.t.Helper()
	d := must(versions.New(b.rdb).Draft(b.ctx, "admin"))
	sheet := must(policyfile.ParseSheet(file, []byte(d.Files[file])))
	form := url.Values{"file": {file}, "do": {do}}
	values := make([]string, len(sheet.Header))
	if do != "add" {
		found := false
		for _, r := range sheet.Rows {
			if text := "," + strings.Join(r.Cells, ",") + ","; strings.Contains(text, ","+strings.Join(row, ",")+",") {
				form.Set("line", fmt.Sprint(r.Line))
				form.Set("mark", r.Mark())
				copy(values, r.Cells)
				found = true
				break
			}
		}
		if !found {
			b.t.Fatalf("no row %v in %s", row, file)
		}
	}
	for i := 0; i+1 < len(cells); i += 2 {
		values[sheet.Column(cells[i])] = cells[i+1]
	}
	for i, value := range values {
		form.Set(fmt.Sprintf("c%d", i), value)
	}
	return w.post("/policy/draft/row", form)
}

func (b *bureau) draftText(file string) string {
	return must(versions.New(b.rdb).Draft(b.ctx, "admin")).Files[file]
}

func TestADraftChangesNothingUntilItIsPublished(t *testing.T) {
	b := newBureau(t)
	w := b.as("admin")
	w.get("/policy/draft").has(t, http.StatusOK, "开始改", "内置默认政策")
	w.post("/policy/draft", nil).has(t, http.StatusSeeOther)
	w.get("/policy/draft").has(t, http.StatusOK, "派单目录", "还没有改动")
	b.edits(w, "units.csv", "save", []string{"yunfu"}, "简称", "运服").has(t, http.StatusSeeOther)
	w.get("/policy/draft").has(t, http.StatusOK, "改 1 行")
	if head := must(versions.New(b.rdb).Head(b.ctx)); head != 0 || b.desk.Policy().Version != 0 {
		t.Errorf("an edit put version %d in force", head)
	}
	if was := must(fs.ReadFile(tables.Default(), "units.csv")); strings.Count(b.draftText("units.csv"), "#") != strings.Count(string(was), "#") {
		t.Error("the explanations are lost")
	}
	sheetOf(w, "units.csv", "show", "changed").has(t, http.StatusOK, "运服", "共 1 行", "原来是：yunfu")
	w.post("/policy/draft/drop", nil).has(t, http.StatusSeeOther)
	w.get("/policy/draft").has(t, http.StatusOK, "开始改")
}

func TestOnlyAdministratorsChangeThePolicy(t *testing.T) {
	b := newBureau(t)
	for _, login := range []string{"operator", "supervisor", "leader", "auditor"} {
		w := b.as(login)
		for _, path := range []string{"/policy/draft", "/policy/draft/row", "/policy/draft/upload", "/policy/draft/try", "/policy/draft/publish", "/policy/history/0/restore"} {
			w.post(path, nil).has(t, http.StatusForbidden)
		}
		w.get("/policy/history").has(t, http.StatusOK, "内置默认政策")
	}
	w := b.as("admin")
	w.post("/policy/draft", url.Values{"csrf": {"wrong"}}).has(t, http.StatusForbidden)
	w.post("/policy/draft/row", url.Values{"file": {"units.csv"}}).has(t, http.StatusNotFound, "还没有草稿")
}

func TestALargeTableIsShownAPageAtATime(t *testing.T) {
	b := newBureau(t)
	w := b.amender()
	got := sheetOf(w, "keywords.csv")
	got.has(t, http.StatusOK, "第 1–50 行", "下一页")
	if n := strings.Count(got.body, `data-test="edit-`); n != sheetSize {
		t.Errorf("%d rows on a page", n)
	}
	if len(got.body) > 200_000 {
		t.Errorf("the page has %d bytes", len(got.body))
	}
	found := sheetOf(w, "keywords.csv", "q", "拒载", "value", "C01")
	found.has(t, http.StatusOK, "拒载")
	for _, m := range regexp.MustCompile(`(?s)<tr id="row-\d+".*?</tr>`).FindAllString(found.body, -1) {
		if !strings.Contains(m, "拒载") || !strings.Contains(m, "C01") {
			t.Errorf("a row that does not fit: %s", m)
		}
	}
	sheetOf(w, "keywords.csv", "q", "没有这样的词啊").has(t, http.StatusOK, "没有符合的行")
	sheetOf(w, "nothing.csv").has(t, http.StatusNotFound)
}

func TestFaultsAreShownAtTheirRowAndStopPublishing(t *testing.T) {
	b := newBureau(t)
	w := b.amender()
	b.edits(w, "keywords.csv", "add", nil, "关键词", "飙车逆行", "类别", "C99", "权重", "很重", "来源", "人工").has(t, http.StatusSeeOther)
	b.edits(w, "routes.csv", "save", []string{"X03"}, "牵头", "nobody").has(t, http.StatusSeeOther)
	line := 1 + strings.Count(strings.Split(b.draftText("keywords.csv"), "飙车逆行")[0], "\n")
	sheetOf(w, "keywords.csv", "show", "faults").has(t, http.StatusOK, "飙车逆行", "类别：没有类别“C99”", "权重：", "共 1 行")
	w.get("/policy/draft/check").has(t, http.StatusOK, "派单目录", "nobody", "关键词", fmt.Sprintf("第 %d 行", line), "第 2 列", "没有类别“C99”")
	w.get("/policy/draft/conflicts").has(t, http.StatusOK, "草稿还有问题")
	w.post("/policy/draft/try", url.Values{"months": {"1"}}).has(t, http.StatusUnprocessableEntity, "改好才能试运行")
	w.post("/policy/draft/publish", url.Values{"why": {"急"}}).has(t, http.StatusUnprocessableEntity, "处问题，不能发布")
	if head := must(versions.New(b.rdb).Head(b.ctx)); head != 0 {
		t.Errorf("a faulty draft became version %d", head)
	}
}

func TestAnEditThatCannotStandIsRefusedWithItsValues(t *testing.T) {
	b := newBureau(t)
	w := b.amender()
	b.edits(w, "units.csv", "add", nil, "编码", "#新", "名称", "试试单位").has(t, http.StatusUnprocessableEntity, "不能以 # 开头", "试试单位")
	page := sheetOf(w, "units.csv", "edit", "6")
	m := formMark.FindStringSubmatch(page.body)
	if m == nil {
		t.Fatalf("no form for row 6:\n%s", page.body)
	}
	form := url.Values{"file": {"units.csv"}, "do": {"save"}, "line": {m[1]}, "mark": {m[2]}, "c0": {"ju-bangong"}, "c1": {"甲办公室"}, "c2": {"甲"}, "c3": {"局机关"}, "c6": {"是"}}
	w.post("/policy/draft/row", form).has(t, http.StatusSeeOther)
	form.Set("c1", "乙办公室")
	w.post("/policy/draft/row", form).has(t, http.StatusUnprocessableEntity, "在别的窗口里改过", "甲办公室")
	if !strings.Contains(b.draftText("units.csv"), "甲办公室") || strings.Contains(b.draftText("units.csv"), "乙办公室") {
		t.Error("the second window overwrote the first")
	}
}

func (w *browser) uploadSheet(file string, raw []byte) answer {
	w.b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	w.b.check(form.WriteField("csrf", w.csrf))
	w.b.check(form.WriteField("file", file))
	part := must(form.CreateFormFile("sheet", "改好的.csv"))
	must(part.Write(raw))
	w.b.check(form.Close())
	return w.send(http.MethodPost, "/policy/draft/upload", &body, header("Content-Type", form.FormDataContentType()))
}

func TestATableGoesToASpreadsheetProgramAndBack(t *testing.T) {
	b := newBureau(t)
	w := b.amender()
	got := w.get("/policy/draft/download?file=supervision.csv")
	got.has(t, http.StatusOK)
	if !strings.HasPrefix(got.body, "\xef\xbb\xbf") || !strings.Contains(got.header.Get("Content-Disposition"), "supervision.csv") {
		t.Errorf("download %q begins with %q", got.header.Get("Content-Disposition"), got.body[:10])
	}
	before := b.draftText("supervision.csv")
	excel := strings.ReplaceAll(strings.Replace(got.body, "重复,>=3,", "重复,>=4,", 1), "\n", "\r\n")
	gb := must(simplifiedchinese.GB18030.NewEncoder().String(strings.TrimPrefix(excel, "\xef\xbb\xbf")))
	for claim, raw := range map[string]string{"byte order mark and CRLF": excel, "GB18030": gb} {
		w.uploadSheet("supervision.csv", []byte(raw)).has(t, http.StatusSeeOther)
		if want := strings.Replace(before, "重复,>=3,", "重复,>=4,", 1); b.draftText("supervision.csv") != want {
			t.Errorf("%s: the draft has\n%s", claim, b.draftText("supervision.csv"))
		}
	}
	for claim, c := range map[string]struct{ raw, want string }{
		"another table":    {"编码,名称\nA,甲\n", "缺少“规则”"},
		"an open quote":    {"规则,条件,级别,说明\n\"超期,>=1,普通,\n", "引号没有配对"},
		"no real workbook": {"PK\x03\x04xxxx", "没有收下这个文件"},
		"no text at all":   {"\xff\xfe\x81\x00", "编码既不是"},
		"an empty file":    {"", "是空的"},
		"an Excel comment": {"规则,条件,级别,说明\n#坏,,,\n,,,\n", ""},
	} {
		got := w.uploadSheet("supervision.csv", []byte(c.raw))
		if c.want == "" {
			got.has(t, http.StatusSeeOther)
			continue
		}
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, c.want) {
			t.Errorf("%s: %d, wants %q", claim, got.status, c.want)
		}
	}
}

func TestATrialTellsWhatWouldChangeAndWritesNothing(t *testing.T) {
	b := newBureau(t)
	for n := range 3 {
		b.accept(complaint(n))
	}
	secret := complaint(8)
	secret.Confidential = true
	b.accept(secret)
	w := b.amender()
	b.edits(w, "routes.csv", "add", nil, "序号", "0", "类别", "C01", "牵头", "gonglu", "依据", "试一试").has(t, http.StatusSeeOther)
	w.post("/policy/draft/try", url.Values{"months": {"5"}}).has(t, http.StatusUnprocessableEntity)
	w.post("/policy/draft/try", url.Values{"months": {"1"}}).has(t, http.StatusSeeOther)
	<-b.server.studio.trials["admin"].finished
	got := w.get("/policy/draft/try")
	got.has(t, http.StatusOK, "换牵头单位", `<div class="v num">4<small>`, "RX0000", "现行看到", "管理员管政策和账号，不看工单内容", "保密件，不显示", "试运行")
	if strings.Contains(got.body, "要求处理") || strings.Contains(got.body, "听说路近就") {
		t.Error("an administrator reads what a caller said")
	}
	if strings.Contains(got.body, `href="/tickets/`) {
		t.Error("an administrator is led to tickets that he may not read")
	}
	b.edits(w, "routes.csv", "delete", []string{"0", "C01"}).has(t, http.StatusSeeOther)
	w.get("/policy/draft/try").has(t, http.StatusOK, "草稿在这次试运行之后又改过")
	w.get("/policy/draft/publish").has(t, http.StatusOK, "没有可以发布的改动")
	if head := must(versions.New(b.rdb).Head(b.ctx)); head != 0 {
		t.Errorf("a trial published version %d", head)
	}
}

func TestPublishingNeedsAReasonAndTheDraftThatWasSeen(t *testing.T) {
	b := newBureau(t)
	w := b.amender()
	b.edits(w, "units.csv", "save", []string{"yunfu"}, "简称", "运服").has(t, http.StatusSeeOther)
	key := func() string {
		m := regexp.MustCompile(`name="key" value="([^"]+)"`).FindStringSubmatch(w.get("/policy/draft/publish").body)
		if m == nil {
			t.Fatal("the page has no form")
		}
		return m[1]
	}
	seen := key()
	w.post("/policy/draft/publish", url.Values{"key": {seen}, "why": {"  "}}).has(t, http.StatusUnprocessableEntity, "请写明这次为什么改")
	b.edits(w, "units.csv", "save", []string{"yunfu"}, "简称", "运服二").has(t, http.StatusSeeOther)
	w.post("/policy/draft/publish", url.Values{"key": {seen}, "why": {"简称统一"}}).has(t, http.StatusUnprocessableEntity, "又改了")
	w.post("/policy/draft/publish", url.Values{"key": {key()}, "why": {"简称统一"}}).has(t, http.StatusSeeOther)
	w.get("/policy/history?published=1&version=1").has(t, http.StatusOK, "第 1 版", "简称统一", "孟管理", "承办单位：改 1 行", "运服二", "已经发布")
	if got := b.desk.Policy().Units.Short("yunfu"); got != "运服二" || b.desk.Policy().Version != 1 {
		t.Errorf("in force is %q of version %d", got, b.desk.Policy().Version)
	}
	b.as("auditor").get("/audit").has(t, http.StatusOK, "开始改政策草稿", "发布政策", "第 1 版", "简称统一")

	w.post("/policy/history/0/restore", url.Values{"head": {"1"}, "why": {""}}).has(t, http.StatusUnprocessableEntity, "请写明为什么退回")
	w.post("/policy/history/0/restore", url.Values{"head": {"1"}, "why": {"叫不惯"}}).has(t, http.StatusSeeOther)
	w.post("/policy/history/0/restore", url.Values{"head": {"1"}, "why": {"叫不惯"}}).has(t, http.StatusSeeOther) // a double click
	got := w.get("/policy/history")
	got.has(t, http.StatusOK, "退回内置默认政策：叫不惯", "第 2 版")
	if strings.Contains(got.body, "第 3 版") {
		t.Error("a double click published twice")
	}
	if got := b.desk.Policy().Units.Short("yunfu"); got != defaults().workflow.Units.Short("yunfu") || b.desk.Policy().Version != 2 {
		t.Errorf("after going back %q of version %d is in force", got, b.desk.Policy().Version)
	}
}

func TestAStaleDraftIsToldWhoPublishedWhatAndMovesOver(t *testing.T) {
	b := newBureau(t)
	w := b.amender()
	b.edits(w, "units.csv", "save", []string{"yunfu"}, "简称", "我的叫法").has(t, http.StatusSeeOther)
	b.edits(w, "units.csv", "save", []string{"gonglu"}, "简称", "我的公路").has(t, http.StatusSeeOther)

	other := must(versions.NewDraft(0, tables.Default()))
	sheet := must(policyfile.ParseSheet("units.csv", []byte(other.Files["units.csv"])))
	for i, r := range sheet.Rows {
		switch r.Cells[0] {
		case "gonglu", "zhidui":
			cells := append([]string{}, r.Cells...)
			cells[2] = "别人的叫法"
			b.check(sheet.Set(i, cells))
		}
	}
	other.Files["units.csv"] = string(sheet.Bytes())
	_, err := versions.New(b.rdb).Publish(b.ctx, b.now(), ticket.Actor{ID: "qin", Name: "秦管理"}, must(other.Folder()), 0, "换个叫法")
	b.check(err)

	w.get("/policy/draft").has(t, http.StatusOK, "内置默认政策改起的", "第 1 版")
	w.post("/policy/draft/publish", url.Values{"why": {"我也改"}}).has(t, http.StatusConflict, "秦管理", "换个叫法", "承办单位：改 2 行")
	w.post("/policy/draft/rebase", nil).has(t, http.StatusOK, "搬到第 1 版", "我的公路")
	names := namesIn(must(versions.New(b.rdb).Draft(b.ctx, "admin")), "units.csv", "编码", "简称")
	for code, want := range map[string]string{"yunfu": "我的叫法", "gonglu": "别人的叫法", "zhidui": "别人的叫法"} {
		if names[code] != want {
			t.Errorf("%s is called %q, want %q", code, names[code], want)
		}
	}
	w.get("/policy/draft/publish").has(t, http.StatusOK, "发布为新的一版", "改 1 行")
}

func TestConflictingKeywordsAreListed(t *testing.T) {
	b := newBureau(t)
	w := b.amender()
	for _, category := range []string{"C01", "B01"} {
		b.edits(w, "keywords.csv", "add", nil, "关键词", "测试冲突词", "类别", category, "权重", "2.5", "来源", "人工").has(t, http.StatusSeeOther)
	}
	w.get("/policy/draft/conflicts").has(t, http.StatusOK, "测试冲突词", "C01", "B01", "2.5")
}

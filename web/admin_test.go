package web

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"huiyin/ticket"
)

func TestASessionThatIsEndedOpensNothingAnyMore(t *testing.T) {
	b := newBureau(t)
	admin, theirs, second := b.as("admin"), b.as("operator"), b.as("operator")
	page := admin.get("/sessions")
	page.has(t, http.StatusOK, "安话务", "Chrome 内核，Linux", "127.0.0.1", "您现在用的")
	admin.post("/sessions/end", url.Values{"session": {digest(theirs.cookies[cookiePlain])}}).has(t, http.StatusSeeOther)
	if got := theirs.get("/"); got.status != http.StatusSeeOther {
		t.Errorf("an ended session still opens: %d", got.status)
	}
	second.get("/").has(t, http.StatusOK)
	if page := admin.get("/sessions"); strings.Count(page.body, `data-test="session-operator"`) != 1 {
		t.Error("the list does not show one session of the operator")
	}
	b.as("auditor").get("/audit?what=end_session").has(t, http.StatusOK, "结束会话", "operator")
}

func TestOnesOwnOtherSessionsCanBeEndedButNobodyElses(t *testing.T) {
	b := newBureau(t)
	here, there, other := b.as("operator"), b.as("operator"), b.as("unit")
	here.get("/me").has(t, http.StatusOK, "退出其他的")
	if got := here.post("/me/sessions/end", url.Values{"session": {digest(other.cookies[cookiePlain])}}); got.status != http.StatusNotFound {
		t.Errorf("ending somebody else's: %d", got.status)
	}
	if got := here.post("/me/sessions/end", url.Values{"session": {digest(here.cookies[cookiePlain])}}); got.status != http.StatusNotFound {
		t.Errorf("ending the one in use: %d", got.status)
	}
	here.post("/me/sessions/end", url.Values{"all": {"yes"}}).has(t, http.StatusSeeOther)
	if there.get("/").status != http.StatusSeeOther || here.get("/").status != http.StatusOK || other.get("/").status != http.StatusOK {
		t.Error("not exactly the other session of one's own was ended")
	}
}

func TestAPasswordChangeEndsAllOtherSessions(t *testing.T) {
	b := newBureau(t)
	here, there := b.as("operator"), b.as("operator")
	const next = "另一个很长的好记的句子"
	here.post("/me/password", url.Values{"old": {testPassword}, "password": {next}, "again": {next}}).has(t, http.StatusSeeOther)
	if there.get("/").status != http.StatusSeeOther || here.get("/").status != http.StatusOK {
		t.Error("the other session outlived the password")
	}
	if page := b.as("admin").get("/sessions"); strings.Count(page.body, `data-test="session-operator"`) != 1 {
		t.Error("void sessions are listed")
	}
}

// audited fills the audit stream with entries of several days.
func audited(b *bureau) {
	for i := range 130 {
		at := monday.AddDate(0, 0, i/13-9)
		b.check(b.server.accounts.note(b.ctx, at, person("operator"), "reveal", fmt.Sprintf("T%03d", i), "回访需要"))
	}
	b.check(b.server.accounts.note(b.ctx, monday, person("admin"), "edit_account", "unit", "=SUM(1)"))
}

func TestTheAuditIsFilteredAndPaged(t *testing.T) {
	b := newBureau(t)
	audited(b)
	w := b.as("auditor")
	entries := func(path string) []string {
		page := w.get(path)
		page.has(t, http.StatusOK)
		return regexp.MustCompile(`>(T\d{3}|unit)<`).FindAllString(page.body, -1)
	}
	for name, c := range map[string]struct {
		query string
		want  int
	}{
		"all fit one page of a hundred": {"", auditPageSize},
		"by who, as name":               {"who=安话务&subject=T00", 10},
		"by who, as login":              {"who=ADMIN", 1},
		"by what":                       {"what=edit_account", 1},
		"by a day, from start to end":   {"from=2026-10-12&to=2026-10-12", 14},
		"before everything":             {"to=2020-01-01", 0},
	} {
		if got := entries("/audit?" + c.query); len(got) != c.want {
			t.Errorf("%s: %d entries, want %d", name, len(got), c.want)
		}
	}
	first := w.get("/audit?what=reveal")
	next := regexp.MustCompile(`href="(/audit\?[^"]*before[^"]*)"`).FindStringSubmatch(first.body)
	if next == nil {
		t.Fatal("there is no way to older entries")
	}
	if got := entries(strings.ReplaceAll(next[1], "&amp;", "&")); len(got) != 130-auditPageSize {
		t.Errorf("the second page has %d entries", len(got))
	}
	for _, wrong := range []string{"what=nothing", "from=yesterday"} {
		if got := w.get("/audit?" + wrong); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", wrong, got.status)
		}
	}
}

func TestTheAuditIsExportedAndTheExportNoted(t *testing.T) {
	b := newBureau(t)
	audited(b)
	w := b.as("auditor")
	file := w.get("/audit/export?who=admin")
	file.has(t, http.StatusOK, "时间,登录名,姓名", "修改账号", "'=SUM(1)")
	if strings.Contains(file.body, "T001") {
		t.Error("the file holds what was not asked for")
	}
	w.get("/audit?what=export_audit").has(t, http.StatusOK, "导出审计", "1 条")
	if got := b.as("admin").get("/audit/export"); got.status != http.StatusForbidden {
		t.Errorf("an administrator exports the audit: %d", got.status)
	}
}

func TestAFailedSignInIsAuditedWithoutWhatWasTyped(t *testing.T) {
	b := newBureau(t)
	b.browser().post("/login", credentials("operator", "不对不对不对"))
	b.browser().post("/login", credentials("my-secret-password", "不对不对不对"))
	page := b.as("auditor").get("/audit?what=sign_in_failed")
	page.has(t, http.StatusOK, "登录没有成功", "operator", "没有这个账号")
	if strings.Contains(page.body, "my-secret-password") {
		t.Error("what was typed as a login name is kept")
	}
}

// madeBackups are backups of a test.
type madeBackups struct {
	list    []Backup
	started []string
	running bool
}

func (m *madeBackups) List(context.Context) ([]Backup, error) { return m.list, nil }
func (m *madeBackups) Folder() string                         { return "/backups" }
func (m *madeBackups) Running() bool                          { return m.running }

func (m *madeBackups) Start(by string) error {
	if m.running {
		return ticket.Refuse(ticket.ErrConflict, "backup_running", "正在备份，请等它做完")
	}
	m.running, m.started = true, append(m.started, by)
	return nil
}

func TestBackupsAreShownMadeAndMissed(t *testing.T) {
	made := &madeBackups{}
	b := newBureau(t, func(o *Options) {
		o.Backups = made
		o.Keeping = Keeping{
			BackupAge: func() time.Duration { return 26 * time.Hour },
			Check: func(context.Context) (CheckResult, error) {
				return CheckResult{At: monday.Add(-time.Hour), Tickets: 12, Breaches: 1, First: []string{"工单 X：记录被改动过"}}, nil
			},
		}
	})
	w := b.as("admin")
	w.get("/status").has(t, http.StatusOK, "还没有一份核对过的", "发现 1 处不一致", "工单 X：记录被改动过", "内存", "追加日志")
	w.post("/backups", nil).has(t, http.StatusSeeOther)
	if len(made.started) != 1 {
		t.Fatal("no backup was begun")
	}
	w.get("/backups?begun=1").has(t, http.StatusOK, "正在备份…", "已经开始备份")
	if got := w.post("/backups", nil); got.status != http.StatusConflict {
		t.Errorf("a second one beside the first: %d", got.status)
	}
	made.running = false
	made.list = []Backup{
		{At: monday, By: "任务", Error: "备份写不成：磁盘已满"},
		{At: monday.Add(-25 * time.Hour), By: "任务", File: "/backups/huiyin-1.tar.zst", Size: 3 << 20, Tickets: 12, Verified: true, Rehearsed: true, There: true},
	}
	w.get("/backups").has(t, http.StatusOK, "磁盘已满", "恢复演练 12 件无误", "huiyin-1.tar.zst", "3.0 MB", "huiyin restore")
	if page := w.get("/status"); !strings.Contains(page.body, "恢复演练 12 件无误") || strings.Contains(page.body, "太久没有新的备份") {
		t.Error("a backup of 25 hours ago is not taken as fresh")
	}
	b.wait(2 * time.Hour)
	w = b.as("admin")
	w.get("/status").has(t, http.StatusOK, "太久没有新的备份")
	if got := b.as("auditor").post("/backups", nil); got.status != http.StatusForbidden {
		t.Errorf("an auditor makes a backup: %d", got.status)
	}
}

func TestEveryRequiredModuleHasItsLicenceTold(t *testing.T) {
	file, err := os.Open("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	n := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 2 || !strings.HasPrefix(fields[1], "v") || !strings.HasPrefix(lines.Text(), "\t") {
			continue
		}
		if n++; licences()[fields[0]] == "" {
			t.Errorf("licences.csv says nothing of %s", fields[0])
		}
	}
	if n < 30 {
		t.Fatalf("only %d modules found in go.mod", n)
	}
}

package outbox

import (
	"io/fs"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
	"huiyin/workflow/steps"
)

// Policy is who is told what: receivers.csv and notices.csv. It is immutable.
type Policy struct {
	Receivers []Receiver
	Notices   []Rule
}

// Receiver is a row of receivers.csv: a system that is told of steps.
type Receiver struct {
	Code, Name string
	URL        string
	Secret     string           // a reference: env:NAME or file:NAME
	Channels   []ticket.Channel // of the tickets; none: all
	Steps      []ticket.Step    // none: what changes the state, or tells a caller
	Units      []string         // that the ticket is with, or was before; none: all
	Parts      []Part           // what the message may hold beside state and number
	Retries    []time.Duration  // pauses between the attempts; one more attempt than pauses
	Hold       time.Duration    // how long after a step its message may leave at the earliest
	Enabled    bool
}

// Part is a share of a message that a receiver may be entitled to.
type Part string

// The parts.
const (
	PartUnit     Part = "单位"
	PartCategory Part = "类别"
	PartDue      Part = "期限"
	PartReply    Part = "答复"
)

var parts = []Part{PartUnit, PartCategory, PartDue, PartReply}

// DefaultRetries are the first pauses of Standard Webhooks' schedule: five
// attempts within some two and a half hours.
var DefaultRetries = []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour}

// KindWebhook is the one kind of receiver: a signed POST.
const KindWebhook = "webhook"

const (
	retriesMax = 10 // as long as the specification's schedule
	retryMax   = 24 * time.Hour
	holdMax    = time.Hour
)

// LoadPolicy reads and checks receivers.csv and notices.csv. A folder of an
// earlier version, without them, tells nobody anything. The error is a
// policyfile.Faults with every fault of both.
func LoadPolicy(fsys fs.FS, units ticket.Units) (*Policy, error) {
	p := &Policy{}
	faults := p.readReceivers(fsys, units)
	faults = append(faults, p.readRules(fsys)...)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return p, nil
}

// Receiver finds a receiver by its code.
func (p *Policy) Receiver(code string) (Receiver, bool) {
	i := slices.IndexFunc(p.Receivers, func(r Receiver) bool { return r.Code == code })
	if i < 0 {
		return Receiver{}, false
	}
	return p.Receivers[i], true
}

var receiverColumns = []string{"编码", "名称", "类型", "地址", "密钥", "渠道", "步骤", "单位", "内容", "重试", "暂缓秒数", "启用"}

func absent(fsys fs.FS, file string) bool {
	_, err := fs.Stat(fsys, file)
	return err != nil
}

func (p *Policy) readReceivers(fsys fs.FS, units ticket.Units) policyfile.Faults {
	const file = "receivers.csv"
	if absent(fsys, file) {
		return nil
	}
	table := policyfile.Read(fsys, file, receiverColumns, nil)
	seen := map[string]int{}
	for _, row := range table.Rows {
		r := Receiver{
			Code: row.Get("编码"), Name: row.Get("名称"), URL: row.Get("地址"), Secret: row.Get("密钥"),
			Steps: readSteps(row, "步骤"), Units: row.List("单位"), Hold: readHold(row), Retries: readRetries(row),
			Enabled: row.Get("启用") == "" || row.Bool("启用"),
		}
		r.Channels = readList(row, "渠道", ticket.Channels, ticket.Channel.Name)
		r.Parts = readList(row, "内容", parts, func(p Part) string { return string(p) })
		checkReceiver(row, &r, seen[r.Code], units)
		seen[r.Code] = row.Line
		p.Receivers = append(p.Receivers, r)
	}
	return table.Faults
}

var (
	receiverCode    = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)
	secretReference = regexp.MustCompile(`^(env:[A-Z][A-Z0-9_]{0,63}|file:[A-Za-z0-9][A-Za-z0-9._-]{0,63})$`)
)

func checkReceiver(row policyfile.Row, r *Receiver, before int, units ticket.Units) {
	u, err := url.Parse(r.URL)
	switch {
	case !receiverCode.MatchString(r.Code):
		row.Fault("编码", "接收方编码“%s”用小写字母、数字和横线，最多 32 个", r.Code)
	case before > 0:
		row.Fault("编码", "接收方编码“%s”与第%d行重复", r.Code, before)
	case r.Name == "":
		row.Fault("名称", "接收方名称不能为空")
	case row.Get("类型") != KindWebhook:
		row.Fault("类型", "类型“%s”应为 %s", row.Get("类型"), KindWebhook)
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.Fragment != "":
		row.Fault("地址", "地址应写成 https://主机/路径，不含用户名、密码和 #")
	case strings.Contains(r.Secret, "whsec_"):
		row.Fault("密钥", "密钥本身不能写在政策文件里：请写 env:环境变量名 或 file:密钥文件名")
	case !secretReference.MatchString(r.Secret):
		row.Fault("密钥", "密钥应写成 env:环境变量名（大写）或 file:密钥文件名（不含目录）")
	}
	for _, code := range r.Units {
		if _, ok := units.Find(code); !ok {
			row.Fault("单位", "单位“%s”不在 units.csv 中", code)
		}
	}
}

// readList reads a list of names or codes.
func readList[V ~string](row policyfile.Row, column string, known []V, name func(V) string) []V {
	var list []V
	for _, cell := range row.List(column) {
		i := slices.IndexFunc(known, func(v V) bool { return name(v) == cell || string(v) == cell })
		if i < 0 {
			row.Fault(column, "不认识“%s”，应为 %s", cell, namesOf(known, name))
			continue
		}
		list = append(list, known[i])
	}
	return list
}

func namesOf[V any](known []V, name func(V) string) string {
	names := make([]string, len(known))
	for i, v := range known {
		names[i] = name(v)
	}
	return strings.Join(names, "、")
}

func readSteps(row policyfile.Row, column string) []ticket.Step {
	known := slices.Clone(matterSteps)
	for i := range steps.Transitions {
		known = append(known, steps.Transitions[i].Step)
	}
	return readList(row, column, known, stepName)
}

func stepName(step ticket.Step) string {
	if name, ok := matterNames[step]; ok {
		return name
	}
	t, ok := steps.Find(step)
	if !ok {
		return string(step)
	}
	return t.Name
}

func readHold(row policyfile.Row) time.Duration {
	text := row.Get("暂缓秒数")
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	hold := time.Duration(n) * time.Second
	if err != nil || n < 0 || hold > holdMax {
		row.Fault("暂缓秒数", "“%s”应为 0 到 %d 的整数", text, int(holdMax.Seconds()))
		return 0
	}
	return hold
}

var retryForm = regexp.MustCompile(`^(\d{1,5})(秒|分钟|小时)$`)

var retryUnits = map[string]time.Duration{"秒": time.Second, "分钟": time.Minute, "小时": time.Hour}

func readRetries(row policyfile.Row) []time.Duration {
	cells := row.List("重试")
	if len(cells) == 0 {
		return DefaultRetries
	}
	if len(cells) > retriesMax {
		row.Fault("重试", "最多写 %d 个间隔", retriesMax)
	}
	var pauses []time.Duration
	for _, cell := range cells {
		m := retryForm.FindStringSubmatch(strings.ReplaceAll(cell, " ", ""))
		if m == nil {
			row.Fault("重试", "看不懂间隔“%s”：请写 5秒、5分钟、2小时，用分号隔开", cell)
			continue
		}
		n, _ := strconv.Atoi(m[1]) // the pattern has at most five digits
		d := time.Duration(n) * retryUnits[m[2]]
		if d < time.Second || d > retryMax {
			row.Fault("重试", "间隔“%s”应在 1 秒到 24 小时之间", cell)
		}
		pauses = append(pauses, d)
	}
	return pauses
}

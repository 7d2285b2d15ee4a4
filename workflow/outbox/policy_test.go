package outbox

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiyin/internal/policyfile"
	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow/rules"
	"huiyin/workflow/rules/ruletest"
)

const receiverHeader = "编码,名称,类型,地址,密钥,渠道,步骤,单位,内容,重试,暂缓秒数,启用\n"

func load(t *testing.T, receivers, notices string) (*Policy, error) {
	t.Helper()
	return LoadPolicy(fstest.MapFS{
		"receivers.csv": {Data: []byte(receiverHeader + receivers)}, "notices.csv": {Data: []byte("步骤,告知,通知,暂缓秒数\n" + notices)},
	}, testRules(t).Units)
}

func TestTheDefaultPolicyIsSoundAndTellsNoOtherSystem(t *testing.T) {
	all, err := rules.Load(tables.Default(), ruletest.Categories(t, tables.Default()))
	if err != nil {
		t.Fatal(err)
	}
	p, err := LoadPolicy(tables.Default(), all.Units)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Receivers) != 0 || len(p.Notices) < 20 {
		t.Errorf("%d receivers, %d rules", len(p.Receivers), len(p.Notices))
	}
}

func TestTheExampleOfTheFileCanBeUsedAsItStands(t *testing.T) {
	raw, err := tables.Default().Open("receivers.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	var text [8192]byte
	n, _ := raw.Read(text[:])
	_, example, found := strings.Cut(string(text[:n]), "# 例：")
	example, _, _ = strings.Cut(example, "\n")
	p, err := load(t, example+"\n", "")
	if !found || err != nil {
		t.Fatalf("%q: %v", example, err)
	}
	want := Receiver{Code: "city", Name: "市12345平台", URL: "https://hotline.example.gov.cn/receive", Secret: "env:HUIYIN_RECEIVER_CITY",
		Channels: []ticket.Channel{ticket.Channel12345}, Parts: []Part{PartUnit, PartDue, PartReply}, Retries: DefaultRetries, Hold: 10 * time.Second, Enabled: true}
	if diff := cmp.Diff(want, p.Receivers[0]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAFolderOfAnEarlierVersionTellsNobody(t *testing.T) {
	p, err := LoadPolicy(fstest.MapFS{}, nil)
	if err != nil || len(p.Receivers)+len(p.Notices) != 0 {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestFaultsAreNamedWithTheirPlace(t *testing.T) {
	good := "city,市平台,webhook,https://a.example/x,env:CITY,,,,,,,\n"
	for name, c := range map[string]struct{ receivers, notices, want string }{
		"a code in capitals":         {"City,市平台,webhook,https://a.example/,env:CITY,,,,,,,\n", "", "receivers.csv 第2行第1列：接收方编码“City”"},
		"a code twice":               {good + good, "", "第3行第1列：接收方编码“city”与第2行重复"},
		"no name":                    {"city,,webhook,https://a.example/,env:CITY,,,,,,,\n", "", "第2列：接收方名称不能为空"},
		"a kind that is none":        {"city,市平台,sms,https://a.example/,env:CITY,,,,,,,\n", "", "第3列：类型“sms”应为 webhook"},
		"no address":                 {"city,市平台,webhook,a.example,env:CITY,,,,,,,\n", "", "第4列：地址应写成"},
		"another scheme":             {"city,市平台,webhook,file:///etc/passwd,env:CITY,,,,,,,\n", "", "第4列：地址应写成"},
		"a password in the address":  {"city,市平台,webhook,https://a:b@a.example/,env:CITY,,,,,,,\n", "", "第4列：地址应写成"},
		"the secret itself":          {"city,市平台,webhook,https://a.example/,whsec_AAAA,,,,,,,\n", "", "第5列：密钥本身不能写在政策文件里"},
		"a secret in another folder": {"city,市平台,webhook,https://a.example/,file:../seal.json,,,,,,,\n", "", "第5列：密钥应写成"},
		"a channel that is none":     {"city,市平台,webhook,https://a.example/,env:CITY,传真,,,,,,\n", "", "第6列：不认识“传真”"},
		"a step that is none":        {"city,市平台,webhook,https://a.example/,env:CITY,,跳过,,,,,\n", "", "第7列：不认识“跳过”"},
		"a unit that is none":        {"city,市平台,webhook,https://a.example/,env:CITY,,,nobody,,,,\n", "", "第8列：单位“nobody”不在 units.csv 中"},
		"a part that is none":        {"city,市平台,webhook,https://a.example/,env:CITY,,,,来电人,,,\n", "", "第9列：不认识“来电人”，应为 单位、类别、期限、答复"},
		"a pause without a unit":     {"city,市平台,webhook,https://a.example/,env:CITY,,,,,5;10,,\n", "", "第10列：看不懂间隔“5”"},
		"a pause of two days":        {"city,市平台,webhook,https://a.example/,env:CITY,,,,,48小时,,\n", "", "第10列：间隔“48小时”应在"},
		"a hold of a day":            {"city,市平台,webhook,https://a.example/,env:CITY,,,,,,86400,\n", "", "第11列：“86400”应为 0 到 3600 的整数"},
		"maybe switched on":          {"city,市平台,webhook,https://a.example/,env:CITY,,,,,,,也许\n", "", "第12列"},
		"a notice of nothing":        {"", ",督办,有事,\n", "notices.csv 第2行第1列：步骤不能为空"},
		"a notice to nobody":         {"", "分派,,有事,\n", "notices.csv 第2行第2列：告知不能为空"},
		"a notice to a stranger":     {"", "分派,市长,有事,\n", "第2列：不认识“市长”"},
		"a notice that says nothing": {"", "分派,督办,,\n", "第3列：通知的话不能为空"},
	} {
		_, err := load(t, c.receivers, c.notices)
		var faults policyfile.Faults
		if !errors.As(err, &faults) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, err := load(t, good, "分派;裁定,牵头单位;督办,请看,5\n"); err != nil {
		t.Errorf("a sound policy: %v", err)
	}
}

func TestSecretsComeFromTheEnvironmentOrAFileOfTheFolder(t *testing.T) {
	const one, two = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "city"), []byte(one+"\n"+two+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CITY_SECRET", one)
	t.Setenv("WEAK_SECRET", "whsec_AAAA")
	secrets := SecretsIn(dir)
	for reference, want := range map[string]int{"file:city": 2, "env:CITY_SECRET": 1, "env:WEAK_SECRET": 0, "env:NO_SECRET": 0, "file:none": 0, "file:../" + filepath.Base(dir) + "/city": 0, "": 0} {
		keys, err := secrets(reference)
		if len(keys) != want || (err == nil) != (want > 0) {
			t.Errorf("%q: %d keys, %v", reference, len(keys), err)
		}
	}
}

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// told runs a command without a store and gives what it printed.
func told(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	args = append(args, "--data", filepath.Join(t.TempDir(), "none"))
	if code := run(args, console{in: strings.NewReader(""), out: &out, err: &errs, now: time.Now}); code != exitDone {
		t.Fatalf("%v: exit %d, %s", args, code, errs.String())
	}
	return out.String()
}

func TestBothSegmentersGiveTheSameVerdicts(t *testing.T) {
	texts := []string{
		"出租车司机不打表，一口价多收了五十元", "有黑车站外拉客，对方殴打车主", "工地铁皮围挡占了高速路口", "请问K101路公交末班车几点",
		"苏A·D12345网约车司机绕路，平台不退费", "G104国道2号桥路面塌陷，积水没过膝盖", "驾校教练吃拿卡要，约考一拖再拖",
		"表揚公交駕駛員，拾金不昧", "ETC重复扣费，收费站不处理", "😀路灯不亮𠀀", "村里的路修修补补三四年了，下雨就成了烂泥塘",
	}
	args := append([]string{"classify", "--json"}, texts...)
	builtin, gojieba := told(t, args...), told(t, append(args, "--segmenter", "gojieba")...)
	if builtin != gojieba {
		t.Errorf("built-in:\n%s\ngojieba:\n%s", builtin, gojieba)
	}
	if n := strings.Count(builtin, "\n"); n != len(texts) {
		t.Errorf("%d verdicts on %d texts", n, len(texts))
	}
}

func TestTheSegmenterIsASettingOfEveryCommand(t *testing.T) {
	dir := t.TempDir()
	labels := filepath.Join(dir, "labels.csv")
	text := "内容,分类\n公交车太挤,D02\n公交车不来,D02\n公路有坑,I02\n公路积水有坑,I02\n"
	if err := os.WriteFile(labels, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HUIYIN_SEGMENTER", "gojieba")
	if got := told(t, "config", "--json"); !strings.Contains(got, `"segmenter":"gojieba"`) {
		t.Errorf("config tells %s", got)
	}
	columns := []string{"--labels", labels, "--text", "内容", "--label", "分类"}
	learned := func(name string, more ...string) string {
		out := filepath.Join(dir, name)
		if got := told(t, append(append([]string{"train", "--out", out}, columns...), more...)...); !strings.Contains(got, "标注太少") {
			t.Errorf("four messages were measured: %s", got)
		}
		raw, err := os.ReadFile(filepath.Join(out, "keywords.csv"))
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	if a, b := learned("a"), learned("b", "--segmenter", "builtin"); a != b {
		t.Errorf("gojieba learned\n%s\nthe built-in one\n%s", a, b)
	}
	if got := told(t, append([]string{"eval", "--json"}, columns...)...); !strings.Contains(got, `"n":4`) {
		t.Errorf("eval tells %s", got)
	}
}

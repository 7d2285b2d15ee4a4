package web

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"huiyin/ticket"
)

func joined(pieces []segment) string {
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.Text)
	}
	return b.String()
}

func TestMarkedTextIsTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		title, content := rapid.String().Draw(t, "title"), rapid.String().Draw(t, "content")
		text := ticket.JoinText(title, content)
		offset := rapid.IntRange(-3, utf8.RuneCountInString(text)+3)
		v := ticket.Verdict{Category: "A01"}
		for range rapid.IntRange(0, 6).Draw(t, "hits") {
			v.Hits = append(v.Hits, ticket.Hit{Category: rapid.SampledFrom([]string{"A01", "B01"}).Draw(t, "category"), Start: offset.Draw(t, "start"), End: offset.Draw(t, "end")})
		}
		v.Entities = []ticket.Entity{{Kind: ticket.EntityPlate, Start: offset.Draw(t, "from"), End: offset.Draw(t, "to")}}
		pieces := segments(text, v, func(s string) string { return s })
		if got := joined(pieces); got != strings.ToValidUTF8(text, "\ufffd") && got != text {
			t.Fatalf("pieces make %q of %q", got, text)
		}
		head, body := splitSegments(pieces, utf8.RuneCountInString(title))
		if joined(head) != title || joined(body) != content {
			t.Fatalf("split into %q and %q, want %q and %q", joined(head), joined(body), title, content)
		}
	})
}

func TestMarksSayWhy(t *testing.T) {
	v := ticket.Verdict{
		Category: "C01",
		Hits:     []ticket.Hit{{Keyword: "拒载", Category: "C01", Weight: 3, Start: 3, End: 5}, {Keyword: "公交", Category: "D03", Weight: 1, Start: 6, End: 8}},
		Entities: []ticket.Entity{{Kind: ticket.EntityPlate, Text: "京B12345", Start: 9, End: 16}},
	}
	pieces := segments("出租车拒载，公交，京B12345", v, func(code string) string { return "类" + code })
	want := []segment{{Text: "出租车"}, {"拒载", "hit", "类C01 +3"}, {Text: "，"}, {"公交", "alt", "类D03 +1"}, {Text: "，"}, {"京B12345", "", "车牌"}}
	if len(pieces) != len(want) {
		t.Fatalf("pieces %+v", pieces)
	}
	for i := range want {
		if pieces[i] != want[i] {
			t.Errorf("piece %d is %+v, want %+v", i, pieces[i], want[i])
		}
	}
}

func TestInitialsOfUnits(t *testing.T) {
	for name, want := range map[string]string{
		"市运输服务中心": "sysfwzx", "公路中心": "glzx", "执法支队": "zfzd", "高新区": "gxq", "12328热线办": "12328rxb", "城东局": "cdj", "派驻纪检组": "pzjjz", "": "",
	} {
		if got := initials(name); got != want {
			t.Errorf("initials of %s are %q, want %q", name, got, want)
		}
	}
}

func TestVendoredFilesAreThoseOfTheList(t *testing.T) {
	const dir = "static/vendor/"
	list, err := staticFiles.ReadFile(dir + "SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{"SHA256SUMS": true, "README.md": true}
	for lines := bufio.NewScanner(bytes.NewReader(list)); lines.Scan(); {
		sum, name, _ := strings.Cut(lines.Text(), "  ")
		raw, err := staticFiles.ReadFile(dir + name)
		if err != nil {
			t.Fatal(err)
		}
		got := sha256.Sum256(raw)
		if hex.EncodeToString(got[:]) != sum {
			t.Errorf("%s is not what the list says", name)
		}
		listed[name] = true
	}
	for name := range must(loadAssets()).files {
		if rest, ok := strings.CutPrefix(name, "vendor/"); ok && !listed[rest] {
			t.Errorf("%s is not on the list", rest)
		}
	}
	for _, name := range []string{"echarts-6.1.0/LICENSE", "htmx-2.0.11/LICENSE"} {
		if !listed[name] {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestAssetsAreKeptByTheBrowserUntilTheyChange(t *testing.T) {
	b := newBureau(t)
	w := b.browser()
	file := b.server.static.files["app.css"]
	a := w.get(b.server.static.address("app.css"))
	a.has(t, 200, ":root")
	if got := a.header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("cache control %q", got)
	}
	if got := w.get("/static/app.css").header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("without its version: %q", got)
	}
	packed := w.get("/static/app.css", header("Accept-Encoding", "gzip"))
	if packed.header.Get("Content-Encoding") != "gzip" || len(packed.body) >= len(file.plain)/2 {
		t.Errorf("packed to %d of %d", len(packed.body), len(file.plain))
	}
	w.get("/static/../server.go").has(t, 404)
	w.get("/static/vendor").has(t, 404)
}

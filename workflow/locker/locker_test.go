package locker

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"huiyin/internal/seal"
	"huiyin/ticket"
	"huiyin/workflow/rules"
)

func newLocker(t *testing.T) *Locker {
	t.Helper()
	dir := t.TempDir()
	keys, err := seal.Open(filepath.Join(dir, "seal.json"))
	if err != nil {
		t.Fatal(err)
	}
	return New(filepath.Join(dir, "attachments"), keys)
}

func files() rules.Files {
	return rules.Files{
		Types: map[string]rules.FileRule{"pdf": {Max: 1 << 10, Public: true}, "amr": {Max: 1 << 10}}, AtOnce: 2, PublicAtOnce: 1, PerTicket: 3, Total: 4 << 10,
	}
}

func scan(text string) Upload { return Upload{text + ".pdf", []byte("%PDF-1.7 " + text + " %%EOF")} }

func put(t *testing.T, l *Locker, content string) string {
	t.Helper()
	sum, err := l.Put([]byte(content), 0)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func TestWhatIsPutInComesOut(t *testing.T) {
	l := newLocker(t)
	sum := put(t, l, "机密的照片")
	if again := put(t, l, "机密的照片"); again != sum {
		t.Errorf("the same file has two names: %s and %s", sum, again)
	}
	got, err := l.Get(sum)
	if err != nil || string(got) != "机密的照片" {
		t.Fatalf("%q, %v", got, err)
	}
	n := 0
	err = filepath.WalkDir(l.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		n++
		raw, err := os.ReadFile(path)
		if bytes.Contains(raw, []byte("机密")) {
			t.Errorf("%s lies open on the disk", path)
		}
		info, _ := d.Info()
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s can be read by others: %v", path, info.Mode())
		}
		return err
	})
	if err != nil || n != 1 {
		t.Errorf("%d files lie there, want 1: %v", n, err)
	}
}

func TestAFileThatIsNotWhatItWasIsFound(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage func(path string) error
		err    error
		told   string
	}{
		{"nothing happened", func(string) error { return nil }, nil, ""},
		{"it is gone", os.Remove, ErrMissing, "不在附件目录里"},
		{"it was cut", func(p string) error { return os.Truncate(p, 20) }, ErrChanged, "被改动过"},
		{"one byte is another", func(p string) error {
			raw, err := os.ReadFile(p)
			raw[len(raw)/2] ^= 1
			return errors.Join(err, os.WriteFile(p, raw, 0o600))
		}, ErrChanged, "被改动过"},
	} {
		l := newLocker(t)
		f := ticket.File{SHA256: put(t, l, "现场照片的内容"), Size: int64(len("现场照片的内容")), Type: "jpg", Name: "张三的照片.jpg"}
		if err := c.damage(l.path(f.SHA256)); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Get(f.SHA256); !errors.Is(err, c.err) {
			t.Errorf("%s: %v, want %v", c.name, err, c.err)
		}
		tk := &ticket.Ticket{ID: "ABC", Events: []ticket.Event{
			{Seq: 2, Step: ticket.StepAttach, Fields: map[string]string{ticket.FilesField: ticket.FormatFiles([]ticket.File{f})}},
			{Seq: 3, Step: ticket.StepDetach, Fields: map[string]string{ticket.FileField: f.SHA256}},
		}}
		found := l.Check(tk.ID, tk)
		if (len(found) == 1) != (c.told != "") || len(found) == 1 && (!strings.Contains(found[0].Message, c.told) || found[0].Kind != "file") {
			t.Errorf("%s: found %v, want %q", c.name, found, c.told)
		}
		if len(found) == 1 && strings.Contains(found[0].Message, "张三") {
			t.Errorf("%s: a name of a person is told: %s", c.name, found[0].Message)
		}
	}
}

func TestASwappedFileIsNotTakenForAnother(t *testing.T) {
	l := newLocker(t)
	a, b := put(t, l, "甲"), put(t, l, "乙")
	raw, err := os.ReadFile(l.path(a))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(l.path(b), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Get(b); !errors.Is(err, ErrChanged) {
		t.Errorf("another file is given out: %v", err)
	}
}

func TestNothingIsKeptWhenTheDiskHasNoRoom(t *testing.T) {
	l := newLocker(t)
	if _, err := l.Put([]byte("照片"), 1<<60); !errors.Is(err, ErrNoRoom) {
		t.Fatalf("%v, want no room", err)
	}
	err := filepath.WalkDir(l.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			t.Errorf("%s was left behind", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAFileThatIsNotThereIsNoPath(t *testing.T) {
	l := newLocker(t)
	for _, sum := range []string{"", "..", "../../seal.json", strings.Repeat("A", 64), strings.Repeat("a", 64)} {
		if _, err := l.Get(sum); !errors.Is(err, ErrMissing) {
			t.Errorf("%q: %v", sum, err)
		}
	}
}

func TestEveryFaultOfTheFilesIsTold(t *testing.T) {
	big := scan(strings.Repeat("x", 2<<10))
	have := []ticket.Attachment{{}, {}}
	for _, c := range []struct {
		name    string
		uploads []Upload
		have    []ticket.Attachment
		public  bool
		codes   string
	}{
		{"a scan is taken", []Upload{scan("a")}, nil, false, ""},
		{"two are, too", []Upload{scan("a"), scan("b")}, nil, false, ""},
		{"none was chosen", nil, nil, false, "missing"},
		{"three are too many at once", []Upload{scan("a"), scan("b"), scan("c")}, nil, false, "too_many"},
		{"two are too many for a stranger", []Upload{scan("a"), scan("b")}, nil, true, "too_many"},
		{"two more are too many for the ticket", []Upload{scan("a"), scan("b")}, have, false, "too_many"},
		{"too large, and another one empty", []Upload{big, {"空.pdf", nil}}, nil, false, "too_large empty"},
		{"all together are too much", []Upload{scan("a")}, []ticket.Attachment{{File: ticket.File{Size: 4 << 10}}}, false, "too_much"},
		{"a program with the name of a scan", []Upload{{"发票.pdf", []byte("MZ\x90")}}, nil, false, "wrong_type"},
		{"a kind that the policy has not", []Upload{{"a.mp3", []byte("ID3…")}}, nil, false, "wrong_type"},
		{"a kind that strangers may not send", []Upload{{"a.amr", []byte("#!AMR\n")}}, nil, true, "wrong_type"},
		{"half a scan", []Upload{{"a.pdf", []byte("%PDF-1.7 …")}}, nil, false, "broken"},
	} {
		l := newLocker(t)
		kept, faults, err := l.Admit(files(), c.uploads, c.have, c.public)
		if err != nil {
			t.Fatal(err)
		}
		var codes []string
		for _, f := range faults {
			codes = append(codes, f.Code)
		}
		if got := strings.Join(codes, " "); got != c.codes {
			t.Errorf("%s: %q, want %q", c.name, got, c.codes)
		}
		if want := len(c.uploads); c.codes == "" && len(kept) != want || c.codes != "" && kept != nil {
			t.Errorf("%s: kept %d files", c.name, len(kept))
		}
		if _, err := os.Stat(l.dir); c.codes != "" && err == nil {
			t.Errorf("%s: something was kept of what was refused", c.name)
		}
	}
}

func TestNamesOfFilesAreHarmless(t *testing.T) {
	for given, want := range map[string]string{
		`C:\Users\me\照片.jpg`:              "照片.jpg",
		"../../etc/passwd":                "passwd",
		"a\r\nSet-Cookie: x=1\".jpg":      "aSet-Cookie x=1.jpg",
		"\u202egpj.exe":                   "gpj.exe",
		"联系13912345678.jpg":               "联系139****5678.jpg",
		" .. ":                            "附件",
		"":                                "附件",
		strings.Repeat("长", 200) + ".jpg": strings.Repeat("长", 40) + "…" + strings.Repeat("长", 35) + ".jpg",
	} {
		if got := shownName(given); got != want {
			t.Errorf("%q is shown as %q, want %q", given, got, want)
		}
	}
}

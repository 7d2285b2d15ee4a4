package ticket

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func fileNamed(digit, name string) File {
	return File{SHA256: strings.Repeat(digit, 64), Size: 7, Type: "jpg", Name: name}
}

func TestFilesAreReadAsTheyWereWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		files := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) File {
			return File{
				SHA256: rapid.StringMatching(`[0-9a-f]{64}`).Draw(t, "sum"), Size: rapid.Int64Range(1, 1<<40).Draw(t, "size"),
				Type: rapid.SampledFrom([]string{"jpg", "pdf"}).Draw(t, "type"), Name: rapid.StringMatching(`[\p{Han}a-z0-9 ]{0,20}[\p{Han}a-z]\.jpg`).Draw(t, "name"),
			}
		}), 1, 5).Draw(t, "files")
		got, err := ParseFiles(FormatFiles(files))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(files, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func FuzzParseFiles(f *testing.F) {
	f.Add(FormatFiles([]File{fileNamed("a", "现场.jpg"), fileNamed("b", "录 音.mp3")}))
	f.Add("0 0 0 0")
	f.Fuzz(func(t *testing.T, text string) {
		files, err := ParseFiles(text)
		if err != nil {
			return
		}
		again, err := ParseFiles(FormatFiles(files))
		if err != nil || cmp.Diff(files, again) != "" {
			t.Errorf("%q is read as %v and then as %v", text, files, again)
		}
	})
}

func TestAttachmentsAreWhatWasAddedAndNotTakenAway(t *testing.T) {
	adds := func(seq int64, files ...File) Event {
		return Event{Seq: seq, Step: StepAttach, Name: "安话务", Fields: map[string]string{FilesField: FormatFiles(files), PurposeField: FromCaller}}
	}
	takes := func(seq int64, f File) Event {
		return Event{Seq: seq, Step: StepDetach, Fields: map[string]string{FileField: f.SHA256}}
	}
	a, b := fileNamed("a", "一.jpg"), fileNamed("b", "二.jpg")
	for _, c := range []struct {
		name   string
		events []Event
		want   string
	}{
		{"nothing was added", nil, ""},
		{"two at once", []Event{adds(2, a, b)}, "2:一.jpg 2:二.jpg"},
		{"the same again is there once", []Event{adds(2, a), adds(3, a, b)}, "2:一.jpg 3:二.jpg"},
		{"what is taken away is gone", []Event{adds(2, a, b), takes(3, a)}, "2:二.jpg"},
		{"and may come again", []Event{adds(2, a), takes(3, a), adds(4, a)}, "4:一.jpg"},
		{"a field of that name in another step is no file", []Event{{Seq: 2, Step: StepNote, Fields: map[string]string{FilesField: FormatFiles([]File{a})}}}, ""},
	} {
		var got []string
		for _, f := range Attachments(c.events) {
			got = append(got, string(rune('0'+f.Seq))+":"+f.Name)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
	if n := len(AllFiles([]Event{adds(2, a, b), takes(3, a)})); n != 2 {
		t.Errorf("%d files have to lie in the locker, want 2: what was taken away stays there", n)
	}
}

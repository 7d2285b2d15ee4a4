package pdf

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/signintech/gopdf"
	"pgregory.net/rapid"
)

func typesetter(t testing.TB) *writer {
	t.Helper()
	w := &writer{known: map[rune]bool{}}
	w.pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: pageWidth, H: pageHeight}})
	if err := w.pdf.AddTTFFontData(family, font); err != nil {
		t.Fatal(err)
	}
	w.pdf.AddPage()
	w.font(10)
	return w
}

func TestLinesAreCutWhereReadersExpectIt(t *testing.T) {
	w := typesetter(t)
	for claim, c := range map[string]struct {
		text string
		want string
	}{
		"a full stop does not begin a line":  {"一二三四五。六七", "一二三四|五。六七"},
		"a bracket does not end a line":      {"一二三四（五六", "一二三四|（五六"},
		"a number is not cut":                {"热线是12328号", "热线是|12328号"},
		"a percentage stays with its number": {"都达到92.31%了", "都达到|92.31%了"},
		"what is wider than a line is cut":   {"ABCDEFGHIJKLMNOP", "ABCDEFGH|IJKLMNOP"},
		"an empty text is one empty line":    {"", ""},
	} {
		got := strings.Join(w.breakLines(c.text, 55, 0), "|")
		if c.text == "ABCDEFGHIJKLMNOP" {
			if strings.ReplaceAll(got, "|", "") != c.text || !strings.Contains(got, "|") {
				t.Errorf("%s: %q", claim, got)
			}
			continue
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", claim, got, c.want)
		}
	}
}

func TestCuttingLosesNothingAndFits(t *testing.T) {
	w := typesetter(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("交通运输服务热线（），。“”、123.45%/ABC*")), 0, 60, -1).Draw(t, "text")
		width := rapid.Float64Range(30, 200).Draw(t, "width")
		lines := w.breakLines(text, width, 0)
		if strings.Join(lines, "") != text {
			t.Fatalf("%q became %q", text, lines)
		}
		for _, line := range lines {
			if w.measure(line) > width+.01 && utf8.RuneCountInString(line) > 1 {
				t.Fatalf("%q is %.1f wide in a column of %.1f", line, w.measure(line), width)
			}
		}
	})
}

func TestMissingCharactersAreShownAsMissing(t *testing.T) {
	w := typesetter(t)
	if got := w.printable("龘路"); got != missing+"路" {
		t.Errorf("got %q", got)
	}
}

package text

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"
)

const sample = "工单编号,内容\n1,迎晖大道的路灯坏了,𠮷姓乘客㐂\n"

func encode(t testing.TB, name, s string) []byte {
	t.Helper()
	var raw []byte
	var err error
	switch name {
	case "UTF-8":
		return []byte(s)
	case "UTF-8 with a mark":
		return append([]byte("\xef\xbb\xbf"), s...)
	case "GB18030":
		raw, err = simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
	case "UTF-16LE with a mark":
		raw, err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(s))
	case "UTF-16BE with a mark":
		raw, err = unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(s))
	case "UTF-16LE":
		raw, err = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().Bytes([]byte(s))
	default:
		t.Fatalf("unknown encoding %s", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestDetectReadsEveryEncodingOfOfficePrograms(t *testing.T) {
	for _, name := range []string{"UTF-8", "UTF-8 with a mark", "GB18030", "UTF-16LE with a mark", "UTF-16BE with a mark", "UTF-16LE"} {
		t.Run(name, func(t *testing.T) {
			raw := encode(t, name, sample)
			for _, r := range []io.Reader{bytes.NewReader(raw), iotest.OneByteReader(bytes.NewReader(raw))} {
				e, err := Detect(r)
				if err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(e.Reader(bytes.NewReader(raw)))
				if err != nil || string(got) != sample || e.Damaged != 0 {
					t.Errorf("as %s: %q, %d damaged (%v)", e.Name, got, e.Damaged, err)
				}
			}
		})
	}
}

func TestDetect(t *testing.T) {
	latePart := append([]byte(strings.Repeat("1,ascii only\n", 20000)), encode(t, "GB18030", "2,后面才有中文\n")...)
	damaged := bytes.Replace([]byte(strings.Repeat(sample, 50)), []byte("路"), []byte("\xe8\xb7"), 1)
	for name, c := range map[string]struct {
		raw     []byte
		want    string
		damaged int
	}{
		"Chinese far behind ASCII":              {latePart, "GB18030", 0},
		"UTF-8 with a character cut to 2 bytes": {damaged, "UTF-8", 2},
		"ASCII alone is UTF-8":                  {[]byte("a,b\n"), "UTF-8", 0},
		"an empty file is UTF-8":                {nil, "UTF-8", 0},
		"UTF-8 that ends within a character":    {[]byte(strings.Repeat("中文", 200) + "\xe4\xb8"), "UTF-8", 1},
		"GB18030 with one lost byte, counted":   {append(encode(t, "GB18030", strings.Repeat("公交车不停站，", 100)), 0xFF), "GB18030", 1},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := Detect(bytes.NewReader(c.raw))
			if err != nil || e.Name != c.want || e.Damaged != c.damaged {
				t.Errorf("got %s with %d damaged (%v), want %s with %d", e.Name, e.Damaged, err, c.want, c.damaged)
			}
		})
	}
	for name, raw := range map[string][]byte{
		"half UTF-8, half GB18030": append([]byte(strings.Repeat("迎晖大道", 30)), encode(t, "GB18030", strings.Repeat("迎晖大道", 30)+"啊")...),
		"a binary file":            {0, 1, 2, 3, 0, 0, 0, 1, 9, 0xff, 0xfe, 0xfd, 0, 7, 7, 7},
	} {
		t.Run("refused: "+name, func(t *testing.T) {
			if e, err := Detect(bytes.NewReader(raw)); !errors.Is(err, ErrEncoding) {
				t.Errorf("got %s with %d damaged (%v)", e.Name, e.Damaged, err)
			}
		})
	}
}

// Chinese texts of more than a few characters are told apart without a fault.
func TestDetectTellsEncodingsApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOfN(rapid.RuneFrom([]rune("的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要出也得里后自以会公交车路等站司机收费罚款")), 8, 60).Draw(t, "text"))
		raw, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if e, err := Detect(bytes.NewReader(raw)); err != nil || e.Name != "GB18030" {
			t.Errorf("GB18030 %q taken for %s (%v)", text, e.Name, err)
		}
		if e, err := Detect(strings.NewReader(text)); err != nil || e.Name != "UTF-8" {
			t.Errorf("UTF-8 %q taken for %s (%v)", text, e.Name, err)
		}
	})
}

func FuzzDetect(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte("\xff\xfea\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := Detect(bytes.NewReader(raw))
		if err != nil {
			return
		}
		got, err := io.ReadAll(e.Reader(bytes.NewReader(raw)))
		if err != nil {
			t.Fatalf("%s: %v", e.Name, err)
		}
		if e.Name == "UTF-8" && e.Damaged == 0 && !bytes.Equal(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")), got) {
			t.Errorf("%q became %q", raw, got)
		}
	})
}

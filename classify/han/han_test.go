package han

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestEveryCharacterSettlesAtOnce(t *testing.T) {
	table := Characters()
	for r := rune(0); r <= 0xFFFF; r++ {
		if r >= 0xD800 && r <= 0xDFFF {
			continue
		}
		if m := table[r]; !IsCommand(m) && table[m] != m {
			t.Errorf("%c becomes %c, which becomes %c", r, rune(m), rune(table[m]))
		}
	}
	for r := rune(0x10000); r <= 0x3FFFF; r++ {
		if m := Beyond(r); m > 0xFFFF && Beyond(m) != m {
			t.Errorf("%c becomes %c, which becomes %c", r, m, Beyond(m))
		}
	}
}

func TestCharacters(t *testing.T) {
	table := Characters()
	tests := []struct {
		claim    string
		from, to string
	}{
		{"traditional characters become simplified", "車過執實廳龜後裏", "车过执实厅龟后里"},
		{"simplified characters stay", "车过执实厅龟后里", "车过执实厅龟后里"},
		{"letters, digits and signs become half width", "ＡｚＺ０９％＋－／＠＃", "AzZ09%+-/@#"},
		{"Chinese punctuation stays", "，。；：？！（）【】《》“”、", "，。；：？！（）【】《》“”、"},
		{"radicals and compatibility ideographs become characters", "⼀⽔金", "一水金"},
		{"digits of other shapes stay apart", "①²⒈Ⅷ㈠", "①²⒈Ⅷ㈠"},
	}
	for _, tt := range tests {
		t.Run(tt.claim, func(t *testing.T) {
			want := []rune(tt.to)
			for i, r := range []rune(tt.from) {
				got := rune(table[r])
				if IsCommand(table[r]) {
					got = r // brackets and the like are looked at, and stay
				}
				if got != want[i] {
					t.Errorf("%c becomes %c, want %c", r, got, want[i])
				}
			}
		})
	}
}

func TestNoTraditionalCharacterIsLeft(t *testing.T) {
	for line := range strings.Lines(t2s) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		r, _ := utf8.DecodeRuneInString(line)
		if r <= 0xFFFF && Characters()[r] == uint16(r) {
			t.Errorf("%c stays", r)
		}
	}
}

func TestWhatNobodySeesIsDroppedOrBlank(t *testing.T) {
	for r := rune(0); r <= 0xFFFF; r++ {
		seen := unicode.IsGraphic(r) && !unicode.IsSpace(r)
		switch m := Characters()[r]; {
		case unicode.Is(unicode.Cf, r) && m != Drop, unicode.Is(unicode.Zs, r) && m != Space:
			t.Errorf("%U has the entry %X", r, m)
		case seen && (m == Newline || m == Space) && r != 0x2800:
			t.Errorf("%c is visible and becomes a blank", r)
		}
	}
}

func TestResolve(t *testing.T) {
	tests := []struct {
		claim, text, want string
		traditional       bool
	}{
		{"a text without them stays", "公交车", "公交车", true},
		{"著 stays in words that keep it", "著名编著", "著名编著", true},
		{"著 elsewhere in a traditional text", "看著不管", "看着不管", true},
		{"著 elsewhere in a simplified text", "王著不管", "王著不管", false},
		{"覆 as in answer and as in cover", "答覆了覆盖", "答复了覆盖", false},
		{"藉 as in excuse, and where it stands for 籍", "藉口户藉狼藉", "借口户藉狼藉", false},
		{"沈 as in sink and as a name", "沈没沈阳沈先生", "沉没沈阳沈先生", false},
		{"畫 as in plan and as in draw", "计畫画畫", "计划画画", true},
		{"瞭 as in understand and as in lookout", "瞭解瞭望", "了解瞭望", false},
		{"乾 at both ends of a text", "乾隆不乾", "乾隆不干", true},
	}
	for _, tt := range tests {
		t.Run(tt.claim, func(t *testing.T) {
			got := Resolve(tt.text, tt.traditional)
			if got != tt.want {
				t.Errorf("%s became %s, want %s", tt.text, got, tt.want)
			}
			if again := Resolve(got, false); again != got {
				t.Errorf("%s became %s at the second pass", got, again)
			}
		})
	}
}

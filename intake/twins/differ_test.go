package twins_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"huiyin/intake/twins"
)

// marked writes pieces with what is their own in brackets.
func marked(pieces []twins.Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.Own {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestDifferMarksWhatTheOtherTextLacks(t *testing.T) {
	cases := []struct{ name, a, b, left, right string }{
		{"nothing in equal texts", "出租车拒载", "出租车拒载", "出租车拒载", "出租车拒载"},
		{"a sentence more", "出租车拒载。", "出租车拒载。请处理。", "出租车拒载。", "出租车拒载。[请处理。]"},
		{"a number whole", "等了35分钟", "等了45分钟", "等了[35]分钟", "等了[45]分钟"},
		{"a plate whole", "皖A12345不打表", "皖A12346不打表", "皖[A12345]不打表", "皖[A12346]不打表"},
		{"all of texts with nothing in common", "停车难", "路不平", "[停车难]", "[路不平]"},
		{"an empty text", "", "路不平", "", "[路不平]"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			left, right := twins.Differ(tc.a, tc.b)
			if marked(left) != tc.left || marked(right) != tc.right {
				t.Errorf("%s | %s", marked(left), marked(right))
			}
		})
	}
}

func TestDifferKeepsEveryCharacterAndAgreesOnTheRest(t *testing.T) {
	letters := rapid.StringOfN(rapid.RuneFrom([]rune("甲乙丙丁12ab，")), 0, 60, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := letters.Draw(t, "a"), letters.Draw(t, "b")
		left, right := twins.Differ(a, b)
		for i, side := range [][]twins.Piece{left, right} {
			var all strings.Builder
			for _, p := range side {
				all.WriteString(p.Text)
			}
			if all.String() != []string{a, b}[i] {
				t.Fatalf("%q became %q", []string{a, b}[i], all.String())
			}
		}
		if a == b && (strings.Contains(marked(left), "[") || strings.Contains(marked(right), "[")) {
			t.Errorf("equal texts differ: %s | %s", marked(left), marked(right))
		}
	})
}

func TestDifferOfLongTextsIsBounded(t *testing.T) {
	left, right := twins.Differ(strings.Repeat("甲乙丙", 7000), strings.Repeat("丁戊己", 7000))
	if len(left) != 1 || !left[0].Own || len(right) != 1 || !right[0].Own {
		t.Errorf("%d and %d pieces", len(left), len(right))
	}
}

package near_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"huiyin/classify/near"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const complaint = "昨天晚上八点在客运西站门口坐上一辆出租车，上车后司机说不打表，一口价八十元，平时只要二十五元左右。" +
	"我让他打表，他就让我下车，态度很差。请管理部门查一查这辆车，把多收的钱退给我，也管一管西站门口的秩序。"

const another = "村里到镇上的公路去年冬天修了一半就停工了，路面全是碎石，下雨天积水很深，孩子上学要绕很远。" +
	"问过施工队，说是工程款没有拨下来。希望交通部门说明什么时候复工，哪一天能修通，我们等了快一年了。"

func common(a, b string) float64 {
	x, y := near.Of(a), near.Of(b)
	return near.Common(&x, &y)
}

func TestCommon(t *testing.T) {
	cases := []struct {
		name      string
		a, b      string
		low, high float64
	}{
		{"of a text and itself is 1", complaint, complaint, 1, 1},
		{"blanks, punctuation and case make no difference", "ETC扣费错误，请退还", "etc 扣费错误。请退还", 1, 1},
		{"of two matters is nearly 0", complaint, another, 0, 0.05},
		{"of a text with a sentence more is high", complaint, complaint + "盼尽快答复处理。", 0.75, 0.999},
		{"of an empty text is 0, even with itself", "", "", 0, 0},
		{"of a text of punctuation alone is 0", "。。。！", "。。。！", 0, 0},
		{"of two characters is known", "黑车", "黑车", 1, 1},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			if got := common(tc.a, tc.b); got < tc.low || got > tc.high {
				t.Errorf("%.3f, want %.2f … %.2f", got, tc.low, tc.high)
			}
		})
	}
}

func TestContainedIsHighForATextInsideALongerOne(t *testing.T) {
	whole, part := near.Of(complaint+another), near.Of(complaint)
	if c := near.Contained(&whole, &part); c < 0.75 {
		t.Errorf("%.2f of the part is found in the whole", c)
	}
	if j := near.Common(&whole, &part); j > 0.7 {
		t.Errorf("%.2f of both is common: the test shows nothing", j)
	}
}

func TestTheEstimateIsNearTheTruth(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	off := 0.0
	const rounds = 200
	for range rounds {
		shared, left, right := han(random, 150), han(random, 50), han(random, 50)
		off += common(shared+left, shared+right) - 148.0/252
	}
	if off /= rounds; off < -0.03 || off > 0.03 {
		t.Errorf("the estimate is off by %.3f in the mean", off)
	}
}

func han(random *rand.Rand, n int) string {
	var text strings.Builder
	for range n {
		text.WriteRune(rune(0x4E00 + random.IntN(0x5000)))
	}
	return text.String()
}

func TestIndexFindsEditedCopiesAndNothingElse(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	x := near.NewIndex(near.DefaultOptions())
	var texts []string
	for range 500 {
		texts = append(texts, han(random, 120))
		if id, matches := x.Add(near.Of(texts[len(texts)-1])); len(matches) > 0 {
			t.Fatalf("text %d matches %v by chance", id, matches)
		}
	}
	for i, text := range texts {
		runes := []rune(text)
		runes[10], runes[60] = '改', '写'
		_, matches := x.Add(near.Of(string(runes) + "请尽快处理"))
		if len(matches) != 1 || matches[0].ID != i {
			t.Errorf("copy of %d: %v", i, matches)
		}
	}
}

func TestIndexGivesTheMostAlikeFirst(t *testing.T) {
	x := near.NewIndex(near.DefaultOptions())
	x.Add(near.Of(complaint + "盼尽快答复处理，谢谢你们的工作。"))
	x.Add(near.Of(complaint))
	_, matches := x.Add(near.Of(complaint))
	if len(matches) != 2 || matches[0].ID != 1 || matches[0].Common != 1 {
		t.Errorf("%v", matches)
	}
}

func TestFindingTakesNothingIn(t *testing.T) {
	x := near.NewIndex(near.DefaultOptions())
	x.Add(near.Of(another))
	x.Add(near.Of(complaint))
	for range 3 {
		if got := x.Find(near.Of(complaint + "盼尽快答复处理。")); len(got) != 1 || got[0].ID != 1 {
			t.Fatalf("%v", got)
		}
	}
	if x.Len() != 2 {
		t.Errorf("%d texts", x.Len())
	}
	if got := x.Find(near.Of("")); got != nil {
		t.Errorf("an empty text matches %v", got)
	}
}

func TestEmptyTextsMatchNothing(t *testing.T) {
	x := near.NewIndex(near.DefaultOptions())
	for range 3 {
		if _, matches := x.Add(near.Of("")); matches != nil {
			t.Errorf("%v", matches)
		}
	}
	if _, matches := x.Add(near.Of(complaint)); matches != nil {
		t.Errorf("%v", matches)
	}
	if x.Len() != 4 {
		t.Errorf("%d texts", x.Len())
	}
}

func TestGroupsJoinThroughOthers(t *testing.T) {
	got := near.Groups([]string{complaint, another, complaint + "再次反映。", another}, near.DefaultOptions())
	same := func(i, j int) bool { return got[i] == got[j] }
	if !same(0, 2) || !same(1, 3) || same(0, 1) {
		t.Errorf("groups %v", got)
	}
}

func TestWhatIsNearlyTheSameSharesABand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune(complaint+another)), 80, 200, -1).Draw(t, "text")
		a, b := near.Of(text), near.Of(text+"请处理")
		bands := map[uint64]bool{}
		for _, key := range a.Bands() {
			bands[key] = true
		}
		for _, key := range b.Bands() {
			if bands[key] {
				return
			}
		}
		t.Error("no band in common")
	})
}

func TestASketchDependsOnTheTextAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		if diff := cmp.Diff(near.Of(text), near.Of(strings.Clone(text))); diff != "" {
			t.Error(diff)
		}
	})
}

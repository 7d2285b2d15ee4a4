package sample

import (
	"math/rand/v2"
	"strings"
	"sync"
)

// Situation is what a unit found.
type Situation string

// The situations.
const (
	Proven   Situation = "属实"
	Partly   Situation = "部分"
	Unproven Situation = "不实"
)

// Reply is what a unit answers.
type Reply struct {
	Facts, Handling, Basis, Public string
}

// replies are the sentences for the categories with a prefix, in a situation.
type replies struct {
	prefix                         string
	situation                      Situation
	facts, handling, basis, public []string
}

var allReplies = sync.OnceValue(func() []replies {
	var list []replies
	eachLine(repliesFile, func(mark, rest string) error {
		if mark == "=" {
			prefix, situation, _ := strings.Cut(rest, " ")
			list = append(list, replies{prefix: strings.TrimSuffix(prefix, "*"), situation: Situation(situation)})
			return nil
		}
		r := &list[len(list)-1]
		lists := map[string]*[]string{"实": &r.facts, "办": &r.handling, "据": &r.basis, "公": &r.public}
		*lists[mark] = append(*lists[mark], rest)
		return nil
	})
	return list
})

// Answer makes up a unit's reply to a complaint of a category: by sentences of
// its own where there are any, else by those that fit every matter.
func Answer(rng *rand.Rand, category string, found Situation) Reply {
	m := Maker{rng: rng}
	var own, general *replies
	list := allReplies()
	for i := range list {
		switch r := &list[i]; {
		case r.situation != found:
		case r.prefix == "":
			general = r
		case strings.HasPrefix(category, r.prefix):
			own = r
		}
	}
	r := general
	if own != nil && !m.chance(25) {
		r = own
	}
	say := func(list []string) string { return m.choose(m.one(list)) }
	return Reply{Facts: say(r.facts), Handling: say(r.handling), Basis: say(r.basis), Public: say(r.public)}
}

var (
	content = []string{
		"处理得很快，满意。", "单位打了电话，说得清楚，满意。", "问题解决了，谢谢。", "态度不错，基本满意。", "已经修好了，满意。", "结果可以接受。",
	}
	unhappy = []string{
		"只打了个电话，事情没有变化。", "说已经处理，可是第二天又一样了。", "答复都是套话，没有说怎么解决。", "没有人联系过我。",
		"让我自己去找公司协商，等于没管。", "退的钱和说好的不一样。", "处理太轻，不服。",
	}
)

// Opinion makes up what a caller says on the callback.
func Opinion(rng *rand.Rand, satisfied bool) string {
	m := Maker{rng: rng}
	if satisfied {
		return m.one(content)
	}
	return m.one(unhappy)
}

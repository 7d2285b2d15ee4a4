package adjust

import (
	"slices"

	"huiyin/classify"
)

// Effect is how the lexicon fares with and without changes on tickets from
// which the changes were not learned.
type Effect struct {
	Before  classify.Evaluation `json:"before"`
	After   classify.Evaluation `json:"after"`
	Fixed   int                 `json:"fixed"`  // wrong before, right after
	Broken  int                 `json:"broken"` // right before, wrong after
	Auto    [2]Auto             `json:"auto"`   // before, after
	Classes []ClassEffect       `json:"classes"`
}

// Auto counts the tickets that the service would dispatch by itself.
type Auto struct {
	N     int `json:"n"`
	Right int `json:"right"`
}

// ClassEffect is how many tickets of a category are judged rightly, before and
// after; only categories that gain or lose are listed.
type ClassEffect struct {
	Category string `json:"category"`
	N        int    `json:"n"`
	Before   int    `json:"before"`
	After    int    `json:"after"`
}

// HeldOut learns from all folds but one in turn and judges that one; tickets
// that are nearly the same are always in one fold.
func (b *Bench) HeldOut() Effect {
	samples := make([]classify.Sample, len(b.cases))
	for i, c := range b.cases {
		samples[i] = classify.Sample{Title: c.Title, Content: c.Content, Label: c.Label}
	}
	folds := classify.Folds(samples, b.options.Folds, b.options.Seed)
	t := tally{classes: map[string]*ClassEffect{}}
	for fold := range b.options.Folds {
		rows := b.learn(func(i int) bool { return folds[i] == fold })
		revised := b.base.Revise(Keywords(rows))
		for i, s := range samples {
			if folds[i] == fold {
				t.add(s, b.base, revised)
			}
		}
	}
	return t.effect()
}

// tally gathers the outcomes.
type tally struct {
	outcomes [2][]classify.Outcome
	auto     [2]Auto
	classes  map[string]*ClassEffect
}

func (t *tally) add(s classify.Sample, before, after *classify.Classifier) {
	class := t.classes[s.Label]
	if class == nil {
		class = &ClassEffect{Category: s.Label}
		t.classes[s.Label] = class
	}
	class.N++
	for n, c := range []*classify.Classifier{before, after} {
		v := c.Judge(s.Title, s.Content)
		right := v.Category == s.Label
		o := classify.Outcome{Label: s.Label, Predicted: v.Category, Confidence: v.Confidence}
		for _, candidate := range v.Candidates[:min(2, len(v.Candidates))] {
			o.Second = o.Second || candidate.Category == s.Label
		}
		t.outcomes[n] = append(t.outcomes[n], o)
		if v.Auto {
			t.auto[n].N++
			if right {
				t.auto[n].Right++
			}
		}
		switch {
		case right && n == 0:
			class.Before++
		case right:
			class.After++
		}
	}
}

func (t *tally) effect() Effect {
	e := Effect{Before: classify.Summarize(t.outcomes[0]), After: classify.Summarize(t.outcomes[1]), Auto: t.auto}
	for i, before := range t.outcomes[0] {
		was, is := before.Predicted == before.Label, t.outcomes[1][i].Predicted == before.Label
		if is && !was {
			e.Fixed++
		} else if was && !is {
			e.Broken++
		}
	}
	for _, c := range t.classes {
		if c.Before != c.After {
			e.Classes = append(e.Classes, *c)
		}
	}
	slices.SortFunc(e.Classes, func(a, b ClassEffect) int {
		if gain := (b.After - b.Before) - (a.After - a.Before); gain != 0 {
			return gain
		}
		return slices.Compare([]byte(a.Category), []byte(b.Category))
	})
	return e
}

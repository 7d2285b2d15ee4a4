package reports

import (
	"cmp"
	"slices"

	"huiyin/reports/burst"
	"huiyin/ticket"
)

// Early is early signs (苗头): days on which more came than can be expected, and
// words that are new.
type Early struct {
	// FalseAlarms is how many a year a category may cost, all its counties together.
	FalseAlarms float64 `json:"false_alarms"`
	Series      int     `json:"series"`   // that were watched
	History     int     `json:"history"`  // days before the period that were known
	Possible    bool    `json:"possible"` // enough days are known
	Bursts      []Burst `json:"bursts"`   // the most improbable first

	Words       []NewWord `json:"words"`
	WordsTested int       `json:"words_tested"`
	// WordsAgainst is the tickets of the month before that the words were compared with.
	WordsAgainst int `json:"words_against"`
}

// Burst is a day, or a week, with more than can be expected.
type Burst struct {
	Date     ticket.Date `json:"date"` // the day, or the last one of the week
	Days     int         `json:"days"` // 1 or 7
	Code     string      `json:"code"`
	Name     string      `json:"name"`
	County   string      `json:"county,omitempty"` // empty: of all together
	Count    int         `json:"count"`
	Callers  int         `json:"callers"`
	Expected float64     `json:"expected"`
	P        float64     `json:"p"`
	About    []Count     `json:"about"` // what the texts name most
	Tickets  []ticket.ID `json:"tickets"`
}

// NewWord is a word that stands in more complaints than the month before lets expect.
type NewWord struct {
	Word     string  `json:"word"`
	Count    int     `json:"count"`
	Share    Rate    `json:"share"`
	Before   Rate    `json:"before"`
	Expected float64 `json:"expected"`
	P        float64 `json:"p"`
	Matter   string  `json:"matter,omitempty"` // the matter that it belongs to
}

func (b *builder) early(texts *texts) Early {
	rules := b.policy.Rules
	out := Early{FalseAlarms: rules.FalseAlarms, Bursts: []Burst{}, Words: []NewWord{}}
	from := dayNumber(b.of.Start().Unix())
	if b.since != "" {
		start := max(b.daily.first, dayNumber(b.since.Start().Unix()))
		out.History = max(0, int(from-start))
		out.Possible = out.History >= burst.Enough
		if out.Possible {
			b.bursts(&out, start, from, texts)
		}
	}
	b.newWords(&out)
	return out
}

func (b *builder) bursts(out *Early, start, from int64, texts *texts) {
	rules := b.policy.Rules
	days := b.daily.days - int(start-b.daily.first)
	kinds := kindsOfDays(b.policy.Calendar, start, days)
	areas := len(b.areaNo.list)
	for cat := range b.cats.list {
		if cat == b.cats.sealed || b.cats.other(cat) {
			continue
		}
		// half of what a category may cost is for all its counties together
		wide := b.detect(out, cat, -1, start, from, kinds, rules.burstOptions(2))
		out.Bursts = append(out.Bursts, wide...)
		for area := range areas {
			if b.areaNo.list[area] == "" {
				continue
			}
			for _, one := range b.detect(out, cat, area, start, from, kinds, rules.burstOptions(2*max(1, areas))) {
				if !slices.ContainsFunc(wide, func(w Burst) bool { return near(w.Date, one.Date) }) {
					out.Bursts = append(out.Bursts, one)
				}
			}
		}
	}
	b.fillBursts(out.Bursts, texts)
	slices.SortStableFunc(out.Bursts, func(x, y Burst) int {
		return cmp.Or(cmp.Compare(x.P, y.P), cmp.Compare(x.Date, y.Date), cmp.Compare(x.Code, y.Code), cmp.Compare(x.County, y.County))
	})
}

// near: within a week they are one matter.
func near(a, b ticket.Date) bool {
	days := a.Start().Sub(b.Start()).Hours() / 24
	return days > -7 && days < 7
}

func (b *builder) detect(out *Early, cat, area int, start, from int64, kinds []int, o burst.Options) []Burst {
	counts := b.daily.of(cat, area, start)
	if counts == nil {
		return nil
	}
	out.Series++
	var found []Burst
	for _, a := range burst.Detect(burst.Series{Counts: counts, Kinds: kinds}, int(from-start), o) {
		c := b.cats.list[cat]
		one := Burst{Date: dateOf(start + int64(a.Day)), Days: a.Days, Code: c.Code, Name: c.Name, Count: a.Count, Expected: a.Expected, P: a.P}
		if area >= 0 {
			one.County = b.areaNo.list[area]
		}
		found = append(found, one)
	}
	return found
}

// shownAbout bounds what a burst is said to be about.
const shownAbout = 3

// fillBursts finds the tickets of the bursts, as far as they lie in the period,
// and what they name.
func (b *builder) fillBursts(list []Burst, texts *texts) {
	for i := range list {
		one := &list[i]
		last := dayNumber(one.Date.Start().Unix())
		callers, about := map[uint32]bool{}, map[string]int{}
		for _, n := range b.ofCategory(b.cats.of(one.Code)) {
			f := &b.facts[n]
			day := dayNumber(f.ReceivedAt.Unix())
			if f.Category != one.Code || day > last || day <= last-int64(one.Days) || one.County != "" && f.County != one.County {
				continue
			}
			if f.CallerKey != 0 {
				callers[f.CallerKey] = true
			}
			if t := texts.of(f.ID); t != nil {
				one.Tickets = append(one.Tickets, f.ID)
				countEach(about, placesOf(t))
				countEach(about, subjectsOf(t))
			}
		}
		slices.Sort(one.Tickets)
		one.Callers = len(callers)
		one.About = top(about, shownAbout, one.Count, "")
	}
}

// newWords are the words whose share rose beyond chance. So many are tested
// that one false one is found in ten months.
func (b *builder) newWords(out *Early) {
	before := b.pastReadings()[0]
	if before == nil || before.Read == 0 || b.reading.Read == 0 {
		return
	}
	rules := b.policy.Rules
	out.WordsAgainst = before.Read
	for _, word := range sortedKeys(b.reading.Words) {
		n := b.reading.Words[word]
		if n < rules.NewWordLeast {
			continue
		}
		out.WordsTested++
		was := before.Words[word]
		expected, p := burst.Rise(n, b.reading.Read, was, before.Read)
		if float64(n) >= rules.NewWordRatio*expected {
			out.Words = append(out.Words, NewWord{Word: maskText(word), Count: n, Share: Rate{n, b.reading.Read}, Before: Rate{was, before.Read}, Expected: expected, P: p})
		}
	}
	line := 0.1 / float64(max(1, out.WordsTested))
	out.Words = slices.DeleteFunc(out.Words, func(w NewWord) bool { return w.P > line })
	slices.SortStableFunc(out.Words, func(x, y NewWord) int { return cmp.Compare(x.P, y.P) })
	// three words tell of a matter what ten do
	of := map[string]int{}
	out.Words = slices.DeleteFunc(out.Words, func(w NewWord) bool {
		title := b.reading.matterWith(w.Word)
		of[title]++
		return title != "" && of[title] > shownAbout
	})
	out.Words = out.Words[:min(rules.TopMatters, len(out.Words))]
	for i := range out.Words {
		out.Words[i].Matter = b.reading.matterWith(out.Words[i].Word)
	}
}

// matterWith is the title of the matter in which most tickets with a word lie.
func (r *Reading) matterWith(word string) string {
	if i, ok := r.Homes[word]; ok {
		return r.Matters[i].Title
	}
	return ""
}

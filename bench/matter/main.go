// Command matter measures how the matters of a month are found: planted ones,
// told in many words by many callers, among made-up others, with similar
// matters at other places and other matters at the same places. Beside it the
// ways in which one would do it at first: by category and place, by equal texts.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"time"

	"huiyin/classify"
	"huiyin/classify/near"
	"huiyin/reports/matter"
	"huiyin/tables"
	"huiyin/ticket"
)

func main() {
	n := flag.Int("tickets", 100000, "tickets of the month")
	sites := flag.Int("sites", 64, "places at which matters are planted")
	seed := flag.Uint64("seed", 1, "seed")
	baselines := flag.Bool("baselines", true, "also measure the obvious ways")
	show := flag.Int("show", 0, "so many of the worst are shown")
	o := matter.DefaultOptions()
	flag.Float64Var(&o.Similarity, "similarity", o.Similarity, "threshold to join")
	flag.Float64Var(&o.Merge, "merge", o.Merge, "threshold to merge")
	flag.Parse()
	if err := run(*n, *sites, *seed, *baselines, *show, o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(n, sites int, seed uint64, baselines bool, show int, o matter.Options) error {
	classifier, err := classify.Load(tables.Default(), nil)
	if err != nil {
		return err
	}
	p := plant(seed, sites)
	list := p.month(n, seed)
	tickets := make([]ticket.Ticket, len(list))
	for i := range list {
		t := &tickets[i]
		t.Title, t.Content = classify.Clean(list[i].title), classify.Clean(list[i].content)
		t.Verdict = classifier.Judge(t.Title, t.Content)
	}
	fmt.Printf("%d tickets, %d planted matters\n\n%-34s%8s%8s%8s\n", len(list), len(p.all), "", "recall", "purity", "s")
	start := time.Now()
	docs := make([]matter.Doc, len(tickets))
	for i := range tickets {
		docs[i] = matter.DocOf(&tickets[i], tickets[i].Verdict.Category, classifier.Words)
	}
	cut := time.Since(start)
	corpus := matter.New(docs, o)
	groups := corpus.Find()
	took := time.Since(start)
	own := p.score(list, groups)
	own.print("matters", took)
	fmt.Printf("    cutting words %.1f s, grouping %.1f s, %d groups\n", cut.Seconds(), (took - cut).Seconds(), len(groups))
	if baselines {
		measure(p, list, own, "category × first place", func() [][]int { return byKey(tickets, placed) })
		measure(p, list, own, "category × all places", func() [][]int { return byKey(tickets, allPlaced) })
		measure(p, list, own, "equal texts", func() [][]int { return byKey(tickets, (*ticket.Ticket).Text) })
		measure(p, list, own, "near-duplicates", func() [][]int { return byNear(tickets) })
	}
	p.worst(list, groups, show)
	for _, g := range groups[:min(show*10, len(groups))] {
		profile := corpus.Profile(g)
		fmt.Printf("%5d  %s   %v\n", len(g), profile.Title(matter.Any), profile.Words[:min(8, len(profile.Words))])
	}
	if own.recall < 0.85 || own.purity < 0.9 || took > 60*time.Second {
		return fmt.Errorf("below the line: recall ≥ 0.85, purity ≥ 0.90, ≤ 60 s")
	}
	return nil
}

func measure(p *planter, list []text, own score, name string, find func() [][]int) {
	start := time.Now()
	s := p.score(list, find())
	s.print(name, time.Since(start))
	fmt.Printf("    F1 of ours over it: %.2f×\n", own.f1()/max(s.f1(), 0.001))
}

// byKey groups tickets whose key is the same and not empty.
func byKey(tickets []ticket.Ticket, key func(*ticket.Ticket) string) [][]int {
	number := map[string]int{}
	var groups [][]int
	for i := range tickets {
		k := key(&tickets[i])
		if k == "" {
			continue
		}
		g, ok := number[k]
		if !ok {
			g = len(groups)
			number[k] = g
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], i)
	}
	return groups
}

func placed(t *ticket.Ticket) string {
	for _, e := range t.Verdict.Entities {
		if matter.Anchoring(e.Kind) {
			return t.Verdict.Category + e.Norm()
		}
	}
	return ""
}

func allPlaced(t *ticket.Ticket) string {
	key := t.Verdict.Category
	for _, e := range t.Verdict.Entities {
		if matter.Anchoring(e.Kind) {
			key += "/" + e.Norm()
		}
	}
	return key
}

func byNear(tickets []ticket.Ticket) [][]int {
	texts := make([]string, len(tickets))
	for i := range tickets {
		texts[i] = tickets[i].Text()
	}
	byNo := map[int][]int{}
	for i, g := range near.Groups(texts, near.DefaultOptions()) {
		byNo[g] = append(byNo[g], i)
	}
	var groups [][]int
	for _, g := range byNo {
		groups = append(groups, g)
	}
	return groups
}

// score is the mean over the planted matters of at least 20 tickets: recall, the
// share of a matter that lies in the group with most of it; purity, the share
// of that group that belongs to it.
type score struct{ recall, purity float64 }

func (s score) f1() float64 { return 2 * s.recall * s.purity / max(s.recall+s.purity, 1e-9) }

func (s score) print(name string, took time.Duration) {
	fmt.Printf("%-34s%8.3f%8.3f%8.1f\n", name, s.recall, s.purity, took.Seconds())
}

// found is how one planted matter fared.
type found struct {
	matter         int
	group          int
	recall, purity float64
}

func (p *planter) each(list []text, groups [][]int) []found {
	best := make([]found, len(p.all))
	for g, members := range groups {
		have := map[int]int{}
		for _, i := range members {
			if m := list[i].matter; m >= 0 {
				have[m]++
			}
		}
		for m, n := range have {
			if r := float64(n) / float64(p.all[m].size); r > best[m].recall {
				best[m] = found{m, g, r, float64(n) / float64(len(members))}
			}
		}
	}
	return best
}

func (p *planter) score(list []text, groups [][]int) score {
	var s score
	for _, f := range p.each(list, groups) {
		s.recall += f.recall / float64(len(p.all))
		s.purity += f.purity / float64(len(p.all))
	}
	return s
}

func (p *planter) worst(list []text, groups [][]int, n int) {
	all := p.each(list, groups)
	slices.SortFunc(all, func(x, y found) int {
		if x.recall*x.purity < y.recall*y.purity {
			return -1
		}
		return 1
	})
	for _, f := range all[:min(n, len(all))] {
		m := p.all[f.matter]
		fmt.Printf("\n%s %s of %d: recall %.2f purity %.2f, group of %d\n", m.kind.category, m.kind.titles[0], m.size, f.recall, f.purity, len(groups[f.group]))
		for k, i := range groups[f.group] {
			if k < 300 && list[i].matter != f.matter && k%7 == 0 {
				fmt.Printf("    other %d: %s | %s\n", list[i].matter, list[i].title, list[i].content)
			}
		}
	}
}

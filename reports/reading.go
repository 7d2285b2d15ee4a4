package reports

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"slices"

	"huiyin/reports/matter"
	"huiyin/ticket"
)

// Reading is what the texts of a month say: which matters they are about, which
// words and objects they name, and where. It follows from the texts and from
// who called when; how the tickets were handled does not change it. So it is
// read once and kept, and later months are compared with it.
type Reading struct {
	Month   ticket.Month   `json:"month"`
	Mark    string         `json:"mark"`   // digest of what was read, and how
	Wanted  int            `json:"wanted"` // tickets whose text may be read
	Read    int            `json:"read"`
	Matters []ReadMatter   `json:"matters"` // most tickets first
	Words   map[string]int `json:"words"`   // in how many tickets
	Homes   map[string]int `json:"homes"`   // the matter in which half of a word's tickets lie
	Objects []Object       `json:"objects"`
	Spots   []Spot         `json:"spots"`
}

// ReadMatter is a matter of the texts.
type ReadMatter struct {
	Title   string         `json:"title"` // masked
	Profile matter.Profile `json:"profile"`
	Tickets []ticket.ID    `json:"tickets"`
	Typical []Typical      `json:"typical"`
	// Keywords are those extracted from the titles; of the listed matters alone.
	Keywords []string `json:"keywords,omitempty"`
}

// Typical is a ticket that tells what a matter is about.
type Typical struct {
	ID    ticket.ID `json:"id"`
	Title string    `json:"title"` // masked
}

// Object is what complaints are about: a company, a line, a plate, a road.
type Object struct {
	Kind    ticket.EntityKind `json:"kind"`
	Name    string            `json:"name"`
	Tickets []ticket.ID       `json:"tickets"`
}

// leastWord is in how many tickets a word must stand to be kept.
const leastWord = 3

// shownTypical is how many typical tickets a matter has.
const shownTypical = 3

// textReader reads the texts of a month.
type textReader struct {
	policy *Policy
	month  ticket.Month
	wanted int
	words  *matter.Reader
	texts  []readText
}

// readText is what is kept of a ticket beside its words.
type readText struct {
	fact     *ticket.Fact
	title    string
	category string
	anchors  []matter.Anchor
}

func (p *Policy) textReader(m ticket.Month, wanted int) *textReader {
	return &textReader{policy: p, month: m, wanted: wanted, words: matter.NewReader(matter.Options{
		Similarity: p.Rules.Similarity, Merge: p.Rules.MergeSimilarity, Common: p.Rules.CommonShare,
	})}
}

// mayRead: not the texts of confidential tickets, nor of what is no matter of
// the bureau.
func (p *Policy) mayRead(f *ticket.Fact, cats *catalog) bool {
	i := cats.of(f.Category)
	return readable(f) && i != cats.sealed && !cats.other(i)
}

// add takes a ticket, in the order of receipt.
func (r *textReader) add(f *ticket.Fact, t *ticket.Ticket) {
	doc := matter.DocOf(t, f.Category, r.policy.Cut)
	r.words.Take(&doc)
	r.texts = append(r.texts, readText{f, shorten(t.Title, 2*titleRunes), f.Category, doc.Anchors})
}

// byReceipt orders facts by when they came.
func byReceipt(x, y *ticket.Fact) int {
	return cmp.Or(x.ReceivedAt.Compare(y.ReceivedAt), cmp.Compare(x.ID, y.ID))
}

func (r *textReader) reading(mark string) *Reading {
	rules, corpus := r.policy.Rules, r.words.Corpus()
	out := &Reading{Month: r.month, Mark: mark, Wanted: r.wanted, Read: len(r.texts), Words: map[string]int{}}
	var groups [][]int
	var profiles []matter.Profile
	for _, group := range corpus.Find() {
		if len(group) < rules.MatterLeast {
			break
		}
		if found := corpus.Profile(group); len(found.Words) > 0 {
			groups, profiles = append(groups, group), append(profiles, found)
		}
	}
	counts := corpus.Counts()
	names := r.policy.naming(profiles, counts)
	for i, group := range groups {
		out.Matters = append(out.Matters, r.matter(corpus, group, profiles[i], names))
	}
	r.extract(out.Matters, groups)
	out.Homes = corpus.Homes(groups)
	for word, n := range counts {
		if n >= leastWord && (n < rules.NewWordLeast || names(word)) {
			out.Words[word] = n
		}
	}
	out.Objects = r.objects()
	out.Spots = r.spots()
	return out
}

func (r *textReader) matter(corpus *matter.Corpus, group []int, profile matter.Profile, names func(string) bool) ReadMatter {
	m := ReadMatter{Title: maskText(profile.Title(names)), Profile: profile}
	for _, i := range group {
		m.Tickets = append(m.Tickets, r.texts[i].fact.ID)
	}
	seen := map[string]bool{}
	for _, i := range corpus.Typical(group) {
		title := shorten(maskText(r.texts[i].title), titleRunes)
		if len(m.Typical) < shownTypical && !seen[title] && title != "" {
			seen[title] = true
			m.Typical = append(m.Typical, Typical{r.texts[i].fact.ID, title})
		}
	}
	return m
}

// thing is what a ticket names.
type thing struct {
	kind ticket.EntityKind
	name string
}

func (r *textReader) objects() []Object {
	byThing := map[thing][]ticket.ID{}
	for i := range r.texts {
		for _, a := range r.texts[i].anchors {
			key := thing{a.Kind, a.Name}
			byThing[key] = append(byThing[key], r.texts[i].fact.ID)
		}
	}
	var out []Object
	for key, ids := range byThing {
		out = append(out, Object{key.kind, key.name, ids})
	}
	slices.SortFunc(out, func(x, y Object) int {
		return cmp.Or(cmp.Compare(len(y.Tickets), len(x.Tickets)), cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Name, y.Name))
	})
	return out
}

// readingVersion changes when the same texts would be read otherwise.
const readingVersion = 6

// mark is the digest of what a reading of these facts is made from, and where
// the tickets stand whose text may be read.
func (p *Policy) mark(facts []ticket.Fact, cats *catalog) (mark string, wanted []int32) {
	h := fnv.New64a()
	rules := p.Rules
	fmt.Fprint(h, readingVersion, p.Version, rules.Similarity, rules.MergeSimilarity, rules.CommonShare, rules.MatterLeast, rules.FocusGroups, rules.NewWordLeast, p.Cut != nil, p.Names != nil, p.Keywords != nil, rules.TopMatters)
	sum := h.Sum64()
	wanted = make([]int32, 0, len(facts))
	var b [10]byte
	for i := range facts {
		f := &facts[i]
		if !p.mayRead(f, cats) {
			continue
		}
		wanted = append(wanted, int32(i))
		binary.BigEndian.PutUint64(b[:], f.ID.Bits())
		binary.BigEndian.PutUint16(b[8:], uint16(cats.of(f.Category)))
		h.Reset()
		h.Write(b[:])
		sum += h.Sum64() // in whatever order they come
	}
	return fmt.Sprintf("%016x", sum), wanted
}

// read reads the texts of the wanted tickets of a month, at most limit of them,
// evenly thinned.
func (p *Policy) readMonth(ctx context.Context, src Source, m ticket.Month, facts []ticket.Fact, limit int) (*Reading, error) {
	cats := newCatalog(p.Categories)
	mark, wanted := p.mark(facts, &cats)
	r := p.textReader(m, len(wanted))
	wanted = thinned(wanted, limit)
	slices.SortFunc(wanted, func(x, y int32) int { return byReceipt(&facts[x], &facts[y]) })
	r.texts = make([]readText, 0, len(wanted))
	for part := range slices.Chunk(wanted, readAtOnce) {
		if err := r.readPart(ctx, src, facts, part); err != nil {
			return nil, err
		}
	}
	return r.reading(mark), nil
}

// readAtOnce is how many tickets are asked for at a time.
const readAtOnce = 2000

func (r *textReader) readPart(ctx context.Context, src Source, facts []ticket.Fact, part []int32) error {
	ids, byID := make([]ticket.ID, len(part)), make(map[ticket.ID]*ticket.Fact, len(part))
	for i, n := range part {
		ids[i] = facts[n].ID
		byID[ids[i]] = &facts[n]
	}
	tickets, err := src.Tickets(ctx, ids)
	if err != nil {
		return err
	}
	slices.SortFunc(tickets, func(x, y ticket.Ticket) int { return byReceipt(byID[x.ID], byID[y.ID]) })
	for i := range tickets {
		if t := &tickets[i]; !t.Confidential && t.State != ticket.HandedOver {
			r.add(byID[t.ID], t)
		}
	}
	return nil
}

// thinned keeps at most limit, evenly.
func thinned[T any](list []T, limit int) []T {
	if len(list) <= limit {
		return list
	}
	thin := make([]T, 0, limit)
	for i := range limit {
		thin = append(thin, list[i*len(list)/limit])
	}
	return thin
}

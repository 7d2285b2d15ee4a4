package reports

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
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
	facts  []*ticket.Fact // as the docs
	titles []string
	docs   []matter.Doc
	wanted int
	texts  []readText
}

// readText is what is kept of a ticket until all are there.
type readText struct {
	fact  *ticket.Fact
	title string
	doc   matter.Doc
}

// mayRead: not the texts of confidential tickets, nor of what is no matter of
// the bureau.
func (p *Policy) mayRead(f *ticket.Fact, cats *catalog) bool {
	i := cats.of(f.Category)
	return readable(f) && i != cats.sealed && !cats.other(i)
}

// add takes a ticket, in whatever order.
func (r *textReader) add(f *ticket.Fact, t *ticket.Ticket) {
	r.texts = append(r.texts, readText{f, t.Title, matter.DocOf(t, f.Category, r.policy.Cut)})
}

func (r *textReader) reading(mark string) *Reading {
	slices.SortFunc(r.texts, func(x, y readText) int {
		return cmp.Or(x.fact.ReceivedAt.Compare(y.fact.ReceivedAt), cmp.Compare(x.fact.ID, y.fact.ID))
	})
	for _, t := range r.texts {
		r.facts, r.titles, r.docs = append(r.facts, t.fact), append(r.titles, t.title), append(r.docs, t.doc)
	}
	out := &Reading{Month: r.month, Mark: mark, Wanted: r.wanted, Read: len(r.docs), Words: map[string]int{}}
	rules := r.policy.Rules
	corpus := matter.New(r.docs, matter.Options{Similarity: rules.Similarity, Merge: rules.MergeSimilarity, Common: rules.CommonShare})
	var groups [][]int
	for _, group := range corpus.Find() {
		if len(group) < rules.MatterLeast {
			break
		}
		if found := corpus.Profile(group); len(found.Words) > 0 {
			groups = append(groups, group)
			out.Matters = append(out.Matters, r.matter(corpus, group, found))
		}
	}
	out.Homes = corpus.Homes(groups)
	for word, n := range corpus.Counts() {
		if n >= leastWord {
			out.Words[word] = n
		}
	}
	out.Objects = r.objects()
	out.Spots = r.spots()
	return out
}

func (r *textReader) matter(corpus *matter.Corpus, group []int, profile matter.Profile) ReadMatter {
	m := ReadMatter{Title: maskText(profile.Title()), Profile: profile}
	for _, i := range group {
		m.Tickets = append(m.Tickets, r.facts[i].ID)
	}
	seen := map[string]bool{}
	for _, i := range corpus.Typical(group) {
		title := shorten(maskText(r.titles[i]), titleRunes)
		if len(m.Typical) < shownTypical && !seen[title] && title != "" {
			seen[title] = true
			m.Typical = append(m.Typical, Typical{r.facts[i].ID, title})
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
	for i := range r.docs {
		for _, a := range r.docs[i].Anchors {
			key := thing{a.Kind, a.Name}
			byThing[key] = append(byThing[key], r.facts[i].ID)
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
const readingVersion = 4

// mark is the digest of what a reading of these facts is made from.
func (p *Policy) mark(facts []ticket.Fact, cats *catalog) (mark string, wanted []ticket.ID) {
	h := fnv.New64a()
	rules := p.Rules
	fmt.Fprint(h, readingVersion, p.Version, rules.Similarity, rules.MergeSimilarity, rules.CommonShare, rules.MatterLeast, rules.FocusGroups, p.Cut != nil)
	sum := h.Sum64()
	wanted = make([]ticket.ID, 0, len(facts))
	var b [10]byte
	for i := range facts {
		f := &facts[i]
		if !p.mayRead(f, cats) {
			continue
		}
		wanted = append(wanted, f.ID)
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
	ids := thinned(wanted, limit)
	byID := make(map[ticket.ID]*ticket.Fact, len(facts))
	for i := range facts {
		byID[facts[i].ID] = &facts[i]
	}
	r := &textReader{policy: p, month: m, wanted: len(wanted)}
	for part := range slices.Chunk(ids, 2000) {
		tickets, err := src.Tickets(ctx, part)
		if err != nil {
			return nil, err
		}
		for i := range tickets {
			if t := &tickets[i]; !t.Confidential && t.State != ticket.HandedOver {
				r.add(byID[t.ID], t)
			}
		}
	}
	return r.reading(mark), nil
}

// thinned keeps at most limit, evenly.
func thinned(ids []ticket.ID, limit int) []ticket.ID {
	if len(ids) <= limit {
		return ids
	}
	thin := make([]ticket.ID, 0, limit)
	for i := range limit {
		thin = append(thin, ids[i*len(ids)/limit])
	}
	return thin
}

// unlimited reads all there is.
const unlimited = math.MaxInt

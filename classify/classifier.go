package classify

import (
	"fmt"
	"io/fs"
	"sync"

	"huiyin/classify/match"
	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// Classifier judges texts by one policy. It never changes: an edited policy is
// a new Classifier. It is safe for concurrent use.
type Classifier struct {
	policy
	terms     *terms
	matcher   *match.Matcher
	segmenter Segmenter
	unjudged  int // index of ticket.Unjudged, or -1 in a free label set
	bias      []float64
	scratches sync.Pool
}

// policy is what the tables say.
type policy struct {
	settings   Settings
	categories ticket.Categories
	index      map[string]int // code -> place in categories
	lexicon    Lexicon
	kinds      []kindWord
	risks      []riskWord
	places     *Places
}

// Load reads categories.csv, keywords.csv, kinds.csv, risks.csv, places.csv and
// classify.csv. The error is of type policyfile.Faults and lists everything
// wrong with all of them, unless the dictionary itself fails. Without a
// dictionary it is the segmenter in pure Go.
func Load(fsys fs.FS, dictionary Dictionary) (*Classifier, error) {
	p, faults := readPolicy(fsys)
	err := faults.Err()
	if err != nil {
		return nil, err
	}
	c := &Classifier{policy: p, terms: gather(&p), unjudged: -1}
	c.matcher = match.New(c.terms.words)
	if i, found := p.index[ticket.Unjudged]; found {
		c.unjudged = i
	}
	c.bias = make([]float64, len(p.categories))
	for code, bias := range p.settings.Bias {
		c.bias[p.index[code]] = bias
	}
	c.scratches.New = func() any { return newScratch(c) }
	c.segmenter, err = segmenter(dictionary, p.handWords())
	if err != nil {
		return nil, fmt.Errorf("分词词典装不上：%w", err)
	}
	return c, nil
}

func readPolicy(fsys fs.FS) (policy, policyfile.Faults) {
	var p policy
	var faults, more policyfile.Faults
	p.settings, faults = readSettings(fsys)
	p.categories, more = readCategories(fsys, p.settings.FreeCodes)
	faults = append(faults, more...)
	p.index = make(map[string]int, len(p.categories))
	for i, c := range p.categories {
		p.index[c.Code] = i
	}
	p.lexicon, more = readLexicon(fsys, p.categories)
	faults = append(faults, more...)
	if !p.settings.FreeCodes || exists(fsys, kindsFile) {
		p.kinds, more = readKinds(fsys)
		faults = append(faults, more...)
	}
	if !p.settings.FreeCodes || exists(fsys, risksFile) {
		p.risks, more = readRisks(fsys)
		faults = append(faults, more...)
	}
	p.places = &Places{noPlaces}
	if !p.settings.FreeCodes || exists(fsys, placesFile) {
		p.places, more = readPlaces(fsys)
		faults = append(faults, more...)
	}
	for code := range p.settings.Bias {
		if _, found := p.index[code]; !found {
			faults = append(faults, policyfile.Fault{File: settingsFile, Message: "“" + biasPrefix + code + "”：没有这个类别"})
		}
	}
	return p, faults
}

// handWords are the words that people wrote. Learned ones are left as the
// dictionary cuts them: so they were counted when they were learned.
func (p *policy) handWords() []string {
	var words []string
	for _, k := range p.lexicon.Keywords {
		if !k.Learned {
			words = append(words, k.Word)
		}
	}
	for _, k := range p.kinds {
		words = append(words, k.word)
	}
	for _, r := range p.risks {
		words = append(words, r.word)
	}
	return words
}

func exists(fsys fs.FS, file string) bool {
	_, err := fs.Stat(fsys, file)
	return err == nil
}

// Categories are the categories of the policy.
func (c *Classifier) Categories() ticket.Categories { return c.categories }

// Settings are the numbers of the policy.
func (c *Classifier) Settings() Settings { return c.settings }

// Lexicon is the policy's table of keywords.
func (c *Classifier) Lexicon() *Lexicon { return &c.lexicon }

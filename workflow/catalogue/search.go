package catalogue

import "huiyin/ticket"

// search is a query under way.
type search struct {
	c      *Catalogue
	test   *test
	words  [][]uint16
	ranked bool
	each   func(Hit)
}

func (s *search) hit(r *row, rank int) {
	s.each(Hit{Ticket: r.id, State: ticket.State(s.c.words.word[r.state]), Received: r.received, Rank: rank})
}

// shelf looks through a shelf: by its lists first, then by the facts, and in the
// texts only where the lists leave a doubt.
func (s *search) shelf(sh *shelf) {
	var texts []uint32
	narrowed := false
	doubtful := s.words[:0:0]
	for _, word := range s.words {
		list, sure, all := sh.candidates(word)
		if !sure {
			doubtful = append(doubtful, word)
		}
		switch {
		case all:
		case narrowed:
			texts = common(texts, list)
		default:
			texts, narrowed = list, true
		}
		if narrowed && len(texts) == 0 {
			return
		}
	}
	if !narrowed {
		for n := len(sh.rows) - 1; n >= 0; n-- {
			s.text(sh, uint32(n), doubtful)
		}
		return
	}
	for i := len(texts) - 1; i >= 0; i-- {
		s.text(sh, texts[i], doubtful)
	}
}

func (s *search) text(sh *shelf, n uint32, doubtful [][]uint16) {
	r := &s.c.rows[sh.rows[n]]
	if !s.test.fits(r) {
		return
	}
	var text []uint16
	if len(doubtful) > 0 || s.ranked {
		text = sh.text(n)
	}
	for _, word := range doubtful {
		if index(text, word) < 0 {
			return
		}
	}
	rank := 0
	if s.ranked {
		rank = rankOf(text, s.words)
	}
	s.hit(r, rank)
}

// What a word counts for the rank: each time it stands in the text up to
// timesMost, and once more in the title.
const (
	timesMost = 4
	inTitle   = 4
)

// rankOf says how well a text that holds all words fits them.
func rankOf(text []uint16, words [][]uint16) int {
	title := 0
	for title < len(text) && text[title] != gap {
		title++
	}
	rank := 0
	for _, word := range words {
		from, times := 0, 0
		for times < timesMost {
			i := index(text[from:], word)
			if i < 0 {
				break
			}
			if times++; from+i < title && times == 1 {
				rank += inTitle
			}
			from += i + len(word)
		}
		rank += times
	}
	return rank
}

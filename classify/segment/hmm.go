package segment

import "unicode/utf8"

// States of the hidden Markov model: where a character stands in its word.
const (
	begin = iota
	end
	middle
	single
)

// impossible is cppjieba's logarithm of the probability of what cannot be.
const impossible = -3.14e100

type model struct {
	start [4]float64
	trans [4][4]float64
}

// emitHMM appends the words of the best path; where it has single characters
// in a row that are no user words, the model groups them.
func (d *Dict) emitHMM(dst []Token, s *scratch, text string) []Token {
	n := len(s.codes)
	codes, at, pick := s.codes, s.at[:n+1], s.pick[:n]
	for i := 0; i < n; {
		word := pick[i]
		if size := int(word & 0xFFFF); size > 1 {
			dst = append(dst, Token{Start: int(at[i]), End: int(at[i+size]), ID: d.nodes[word>>16].id})
			i += size
			continue
		}
		j := i + 1
		if !d.alone[codes[i]] {
			for j < n && pick[j]&0xFFFF == 1 && !d.alone[codes[j]] {
				j++
			}
		}
		if j == i+1 {
			dst = append(dst, Token{Start: int(at[i]), End: int(at[j]), ID: d.root[codes[i]].id})
		} else {
			dst = d.group(dst, s, text, i, j)
		}
		i = j
	}
	return dst
}

// group cuts the characters i … j-1: letters and digits by rule, the rest by
// the model.
func (d *Dict) group(dst []Token, s *scratch, text string, i, j int) []Token {
	for i < j {
		k := i
		for k < j && text[s.at[k]] >= utf8.RuneSelf {
			k++
		}
		if k > i {
			dst = d.viterbi(dst, s, text, i, k)
			i = k
			continue
		}
		k = asciiEnd(s, text, i, j)
		dst = append(dst, d.token(s, text, i, k))
		i = k
	}
	return dst
}

// asciiEnd is where the word ends that begins with the ASCII character i: a
// letter takes the letters and digits after it, a digit the digits and points.
func asciiEnd(s *scratch, text string, i, j int) int {
	c := text[s.at[i]]
	letter, digit := isLetter(c), isDigit(c)
	k := i + 1
	for (letter || digit) && k < j {
		c = text[s.at[k]]
		if !(isDigit(c) || letter && isLetter(c) || digit && c == '.') {
			break
		}
		k++
	}
	return k
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// token is the word of the characters i … j-1, looked up in the dictionary.
func (d *Dict) token(s *scratch, text string, i, j int) Token {
	t := Token{Start: int(s.at[i]), End: int(s.at[j]), ID: -1}
	if j == i+1 {
		t.ID = d.root[s.codes[i]].id
	} else {
		t.ID, _ = d.find(text[t.Start:t.End])
	}
	return t
}

// viterbi cuts the characters i … j-1 by the most probable states. The sums
// and comparisons keep cppjieba's order; the transitions that are left out are
// impossible ones, which its comparison never takes.
func (d *Dict) viterbi(dst []Token, s *scratch, text string, i, j int) []Token {
	if j == i+1 {
		return append(dst, d.token(s, text, i, j))
	}
	m := &d.model
	e := &d.emit[s.codes[i]]
	wb, we, wm, ws := m.start[begin]+e[begin], m.start[end]+e[end], m.start[middle]+e[middle], m.start[single]+e[single]
	for x := i + 1; x < j; x++ {
		e = &d.emit[s.codes[x]]
		nb, pb := better(we+m.trans[end][begin]+e[begin], end, ws+m.trans[single][begin]+e[begin], single)
		ne, pe := better(wb+m.trans[begin][end]+e[end], begin, wm+m.trans[middle][end]+e[end], middle)
		nm, pm := better(wb+m.trans[begin][middle]+e[middle], begin, wm+m.trans[middle][middle]+e[middle], middle)
		ns, ps := better(we+m.trans[end][single]+e[single], end, ws+m.trans[single][single]+e[single], single)
		wb, we, wm, ws = nb, ne, nm, ns
		s.back[x] = pb | pe<<2 | pm<<4 | ps<<6
	}
	state := uint8(single)
	if we >= ws {
		state = end
	}
	// A word ends where the state is end or single: mark the ends backwards.
	for x := j - 1; x > i; x-- {
		before := s.back[x] >> (2 * state) & 3
		s.back[x] = state & 1
		state = before
	}
	s.back[i] = state & 1
	from := i
	for x := i; x < j; x++ {
		if s.back[x] == 1 {
			dst = append(dst, d.token(s, text, from, x+1))
			from = x + 1
		}
	}
	return dst
}

// better is the larger of two weights and its state; the first wins a tie, and
// what is impossible by both comes from the state end, as in cppjieba.
func better(a float64, from uint8, b float64, or uint8) (float64, uint8) {
	w, p := impossible, uint8(end)
	if a > w {
		w, p = a, from
	}
	if b > w {
		w, p = b, or
	}
	return w, p
}

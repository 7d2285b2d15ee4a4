package twins

import (
	"unicode"
)

// Piece is a part of a text; Own marks what the other text does not say.
type Piece struct {
	Text string
	Own  bool
}

// differMost bounds the differences that are looked for: texts that differ in
// more than this are another story, and marked whole.
const differMost = 600

// Differ sets two texts side by side and marks in each what the other lacks.
// Numbers and Latin words are compared whole, other characters one by one;
// crumbs that agree by chance between two differences count as different.
func Differ(a, b string) (left, right []Piece) {
	x, y := words(a), words(b)
	common := match(x, y)
	return pieces(x, smooth(common.left)), pieces(y, smooth(common.right))
}

// words splits a text into what is compared.
func words(text string) []string {
	var list []string
	runes := []rune(text)
	for i := 0; i < len(runes); {
		end := i + 1
		if wordy(runes[i]) {
			for end < len(runes) && wordy(runes[end]) {
				end++
			}
		}
		list = append(list, string(runes[i:end]))
		i = end
	}
	return list
}

func wordy(c rune) bool {
	return c < 0x250 && (unicode.IsLetter(c) || unicode.IsDigit(c))
}

// agreement tells of each word of two texts whether the other has it, too, in
// the same order.
type agreement struct{ left, right []bool }

// match finds the longest common run of words with the fewest differences
// (Myers 1986), after the equal beginning and end.
func match(x, y []string) agreement {
	m := agreement{make([]bool, len(x)), make([]bool, len(y))}
	head := 0
	for head < len(x) && head < len(y) && x[head] == y[head] {
		m.left[head], m.right[head] = true, true
		head++
	}
	tail := 0
	for tail < len(x)-head && tail < len(y)-head && x[len(x)-1-tail] == y[len(y)-1-tail] {
		tail++
		m.left[len(x)-tail], m.right[len(y)-tail] = true, true
	}
	m.middle(x[head:len(x)-tail], y[head:len(y)-tail], head)
	return m
}

func (m *agreement) middle(x, y []string, at int) {
	n, k := len(x), len(y)
	most := min(n+k, differMost)
	ends := make([]int, 2*most+2) // furthest x by diagonal
	var trace [][]int
	for d := 0; d <= most; d++ {
		trace = append(trace, append([]int(nil), ends[most-d:most+d+1]...))
		for diagonal := -d; diagonal <= d; diagonal += 2 {
			var i int
			if diagonal == -d || diagonal != d && ends[most+diagonal-1] < ends[most+diagonal+1] {
				i = ends[most+diagonal+1]
			} else {
				i = ends[most+diagonal-1] + 1
			}
			for i < n && i-diagonal < k && x[i] == y[i-diagonal] {
				i++
			}
			ends[most+diagonal] = i
			if i >= n && i-diagonal >= k {
				m.back(trace, d, n, k, at)
				return
			}
		}
	}
}

// back walks the way from the end and notes where both went together.
func (m *agreement) back(trace [][]int, d, i, j, at int) {
	for ; d > 0; d-- {
		ends := trace[d] // before round d: index 0 is diagonal -d
		diagonal := i - j
		from := diagonal - 1
		if diagonal == -d || diagonal != d && ends[d+diagonal-1] < ends[d+diagonal+1] {
			from = diagonal + 1
		}
		fi := ends[d+from]
		fj := fi - from
		for i > fi && j > fj {
			i, j = i-1, j-1
			m.left[at+i], m.right[at+j] = true, true
		}
		i, j = fi, fj
	}
	for i > 0 && j > 0 {
		i, j = i-1, j-1
		m.left[at+i], m.right[at+j] = true, true
	}
}

// crumb is how many agreeing words between two differences are no agreement.
const crumb = 2

func smooth(same []bool) []bool {
	for i := 0; i < len(same); {
		end := i
		for end < len(same) && same[end] == same[i] {
			end++
		}
		if same[i] && i > 0 && end < len(same) && end-i < crumb {
			for n := i; n < end; n++ {
				same[n] = false
			}
		}
		i = end
	}
	return same
}

func pieces(words []string, same []bool) []Piece {
	var list []Piece
	for i, w := range words {
		if n := len(list); n > 0 && list[n-1].Own == !same[i] {
			list[n-1].Text += w
			continue
		}
		list = append(list, Piece{Text: w, Own: !same[i]})
	}
	return list
}

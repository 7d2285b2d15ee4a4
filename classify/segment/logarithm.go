package segment

import "math"

// logarithm is the natural logarithm, rounded correctly. math.Log is off by
// one bit for one value in eighty; the C library, whose ties between words
// must be met, is not, for all frequencies of the dictionary.
func logarithm(x float64) float64 {
	y := math.Log(x)
	// y = k ln 2 + r; e^r is summed to twice the precision of a float64, and
	// what x / (2^k e^r) lacks to 1 is what y lacks to the logarithm.
	k := math.Round(y / math.Ln2)
	r := add(pair{y, 0}, negate(mul(pair{ln2High, ln2Low}, pair{k, 0})))
	sum, term := pair{1, 0}, pair{1, 0}
	for n := 1.0; n < 30; n++ {
		term = div(mul(term, r), n)
		sum = add(sum, term)
	}
	rest := add(pair{math.Ldexp(x, -int(k)), 0}, negate(sum))
	return y + (rest.high+rest.low)/sum.high
}

// pair is a number as the unrounded sum of two.
type pair struct{ high, low float64 }

const (
	ln2High = 0x1.62e42fefa39efp-1
	ln2Low  = 0x1.abc9e3b39803fp-56
)

func negate(a pair) pair { return pair{-a.high, -a.low} }

func add(a, b pair) pair {
	s := a.high + b.high
	v := s - a.high
	e := (a.high - (s - v)) + (b.high - v) + a.low + b.low
	high := s + e
	return pair{high, e - (high - s)}
}

func mul(a, b pair) pair {
	p := a.high * b.high
	e := math.FMA(a.high, b.high, -p) + (a.high*b.low + a.low*b.high)
	high := p + e
	return pair{high, e - (high - p)}
}

func div(a pair, n float64) pair {
	q := a.high / n
	e := (math.FMA(-q, n, a.high) + a.low) / n
	high := q + e
	return pair{high, e - (high - q)}
}

package burst

// scattered is how much the share of a word moves from month to month without a
// cause, squared: a fifth, more or less.
const scattered = 0.04

// Rise tells how probable it is that something stands in now of nowOf complaints
// or more when it stood in before of beforeOf, and the count that was to be
// expected. The doubt about the earlier share counts as scatter.
func Rise(now, nowOf, before, beforeOf int) (expected, p float64) {
	if nowOf == 0 || beforeOf == 0 {
		return 0, 1
	}
	scale := float64(nowOf) / float64(beforeOf)
	seen := float64(before) + 0.5
	expected = seen * scale
	return expected, Tail(now, expected, expected+expected*expected*(1/seen+scattered))
}

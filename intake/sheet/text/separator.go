package text

import "strings"

// Separators that are looked for, in order of preference.
var separators = []rune{',', '\t', ';', '，', '|'}

// sniffRecords is how many records decide.
const sniffRecords = 30

// Separator finds what separates the fields of a table from its first part: the
// separator by which the most records have the same number of fields, and of
// two equally good ones the one that gives more fields.
func Separator(sample string) rune {
	best, bestScore := ',', 0.0
	for _, sep := range separators {
		if !strings.ContainsRune(sample, sep) {
			continue
		}
		if score := agreement(sample, sep); score > bestScore {
			best, bestScore = sep, score
		}
	}
	return best
}

// agreement is the share of records with the commonest number of fields above
// one, and a little for more fields.
func agreement(sample string, sep rune) float64 {
	counts, records := map[int]int{}, 0
	lines := NewReader(strings.NewReader(sample), sep)
	for records < sniffRecords {
		record, err := lines.Read()
		if err != nil {
			break
		}
		if len(strings.TrimSpace(strings.Join(record.Fields, ""))) == 0 {
			continue
		}
		records++
		counts[len(record.Fields)]++
	}
	best := 0.0
	for fields, n := range counts {
		if fields > 1 {
			best = max(best, float64(n)/float64(records)+float64(min(fields, 50))/1000)
		}
	}
	return best
}

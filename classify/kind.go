package classify

import (
	"io/fs"
	"slices"

	"huiyin/classify/match"
	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

const kindsFile = "kinds.csv"

// kindWord is a row of kinds.csv: what finding a word says about the kind.
type kindWord struct {
	word   string
	kind   int // index in ticket.Kinds
	weight float64
	place  Place
}

func readKinds(fsys fs.FS) ([]kindWord, policyfile.Faults) {
	table := policyfile.Read(fsys, kindsFile, []string{"关键词", "类型", "权重", "位置", "说明"}, nil)
	words := make([]kindWord, 0, len(table.Rows))
	lines := map[kindWord]int{}
	for _, row := range table.Rows {
		w := kindWord{word: readWord(row), place: readPlace(row)}
		weight := readNumber(row, "权重", -maxWeight, maxWeight)
		kind, known := kindNamed(row.Get("类型"))
		if !known {
			row.Fault("类型", "“%s”不是诉求类型，应为：%s", row.Get("类型"), kindNames())
		}
		w.kind = max(0, slices.Index(ticket.Kinds, kind))
		key := w
		key.word = match.Fold(w.word)
		if line, twice := lines[key]; twice {
			row.Fault("关键词", "“%s”与第%d行重复", w.word, line)
		}
		lines[key] = row.Line
		w.weight = weight
		words = append(words, w)
	}
	return words, table.Faults
}

// addUsualKind lets the category speak for the kind that its messages usually
// are: what people ask for follows from the matter as much as from their words.
func (c *Classifier) addUsualKind(kinds []float64, category ticket.Category) {
	if i := slices.Index(ticket.Kinds, category.Kind); i >= 0 {
		kinds[i] += c.settings.UsualKind
	}
}

// decideKind takes the kind with the highest positive score; of equals the
// first, and the category's own when nothing speaks for any.
func decideKind(scores []float64, category ticket.Category) ticket.Kind {
	best, score := ticket.Kind(""), 0.0
	for i, s := range scores {
		if s > score {
			best, score = ticket.Kinds[i], s
		}
	}
	if best == "" {
		return category.Kind
	}
	return best
}

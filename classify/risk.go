package classify

import (
	"io/fs"
	"slices"
	"strings"

	"huiyin/classify/match"
	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

const risksFile = "risks.csv"

// The risks of risks.csv. Two of them are more than a warning: discipline
// clues are sealed, and enforcement tickets are counted on their own.
const (
	riskEnforcement = "执法"
	riskClue        = "纪检线索"
)

var riskNames = []string{"人身安全", "群体诉求", "自伤轻生", "媒体舆情", "越级信访", "限期威胁", riskClue, riskEnforcement}

var riskLevels = []ticket.Urgency{ticket.Ordinary, ticket.Urgent, ticket.Critical}

// riskWord is a row of risks.csv: a word that warns of something.
type riskWord struct {
	word   string
	risk   int // index in riskNames
	level  int // index in riskLevels
	weight float64
	not    []string
}

func readRisks(fsys fs.FS) ([]riskWord, policyfile.Faults) {
	table := policyfile.Read(fsys, risksFile, []string{"关键词", "风险", "级别", "权重", "例外", "说明"}, nil)
	words := make([]riskWord, 0, len(table.Rows))
	lines := map[string]int{}
	for _, row := range table.Rows {
		w := riskWord{
			word:   readWord(row),
			risk:   slices.Index(riskNames, row.Get("风险")),
			level:  levelNamed(row.Get("级别")),
			weight: readNumber(row, "权重", -maxWeight, maxWeight),
		}
		w.not = readExceptions(row, w.word)
		if w.risk < 0 {
			row.Fault("风险", "“%s”不是风险，应为：%s", row.Get("风险"), strings.Join(riskNames, "、"))
		}
		if w.level < 0 {
			row.Fault("级别", "“%s”应填 一般、紧急 或 特急", row.Get("级别"))
		}
		key := row.Get("风险") + "\n" + match.Fold(w.word)
		if line, twice := lines[key]; twice {
			row.Fault("关键词", "“%s”在风险“%s”里与第%d行重复", w.word, row.Get("风险"), line)
		}
		lines[key] = row.Line
		words = append(words, w)
	}
	return words, table.Faults
}

func levelNamed(name string) int {
	for i, level := range riskLevels {
		if level.Name() == name {
			return i
		}
	}
	return -1
}

// riskSum is what the words of one risk add up to in a text.
type riskSum struct {
	weight float64
	level  int
	words  int
}

// line is the sum from which a risk counts.
func (s *Settings) line(risk int) float64 {
	switch riskNames[risk] {
	case riskClue:
		return s.ClueSum
	case riskEnforcement:
		return s.EnforcementSum
	}
	return s.RiskSum
}

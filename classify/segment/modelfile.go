package segment

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

var errModel = errors.New("分词模型文件不完整：应有初始概率一行、转移概率四行、发射概率四行")

// readModel reads the model's start and transition probabilities into d and
// returns the emission probabilities by character. Transitions that a place
// in a word rules out (begin to begin, say) must be impossible in the file.
func (d *Dict) readModel(r io.Reader) (map[rune][4]float64, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("读取分词模型: %w", err)
	}
	var rows []string
	for line := range strings.Lines(string(raw)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			rows = append(rows, line)
		}
	}
	if len(rows) != 9 {
		return nil, errModel
	}
	if d.model.start, err = fourNumbers(rows[0]); err != nil {
		return nil, err
	}
	for from := range 4 {
		if d.model.trans[from], err = fourNumbers(rows[1+from]); err != nil {
			return nil, err
		}
		inside := from == begin || from == middle
		for to, p := range d.model.trans[from] {
			follows := inside == (to == end || to == middle)
			if p > 0 || !follows && p > impossible {
				return nil, errModel
			}
		}
	}
	emissions := make(map[rune][4]float64, 1<<14)
	for state := range 4 {
		if err := readEmissions(rows[5+state], state, emissions); err != nil {
			return nil, err
		}
	}
	return emissions, nil
}

func fourNumbers(row string) (numbers [4]float64, err error) {
	fields := strings.Fields(row)
	if len(fields) != 4 {
		return numbers, errModel
	}
	for i, f := range fields {
		if numbers[i], err = strconv.ParseFloat(f, 64); err != nil {
			return numbers, errModel
		}
	}
	return numbers, nil
}

func readEmissions(row string, state int, emissions map[rune][4]float64) error {
	for item := range strings.SplitSeq(row, ",") {
		char, number, ok := strings.Cut(item, ":")
		r, size := utf8.DecodeRuneInString(char)
		p, err := strconv.ParseFloat(number, 64)
		if !ok || size != len(char) || size == 0 || r > 0xFFFF || err != nil || p > 0 {
			return fmt.Errorf("分词模型里“%s”不是“字:概率”", item)
		}
		e, seen := emissions[r]
		if !seen {
			e = [4]float64{impossible, impossible, impossible, impossible}
		}
		e[state] = p
		emissions[r] = e
	}
	return nil
}

func (d *Dict) setEmissions(emissions map[rune][4]float64) {
	d.emit = make([][4]float64, len(d.root))
	for code := range d.emit {
		d.emit[code] = [4]float64{impossible, impossible, impossible, impossible}
	}
	for r, e := range emissions {
		d.emit[d.codeOf(r)] = e
	}
}

package sample

import (
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed texts/*.txt
var texts embed.FS

// matter is what people complain about and the ways in which they tell it. In
// the texts, words in braces are filled from the scene, and of [one/another]
// one is chosen.
type matter struct {
	category, kind          string
	weight                  int
	titles, events, details []string
	asks                    []string
	subject                 string
	busy                    map[time.Month]bool // three times as many then
	secret                  bool                // the caller asks for confidence
}

// weightIn is how often the matter comes up in a month.
func (mt *matter) weightIn(month time.Month) int {
	if mt.busy[month] {
		return 3 * mt.weight
	}
	return mt.weight
}

const repliesFile = "texts/replies.txt"

// matters reads the embedded texts; a fault in them is a fault of the program.
var matters = sync.OnceValue(func() []matter {
	files, err := fs.Glob(texts, "texts/?.txt")
	if err != nil {
		panic(err)
	}
	var list []matter
	for _, file := range files {
		eachLine(file, func(mark, rest string) error {
			if mark == "=" {
				var mt matter
				if _, err := fmt.Sscan(rest, &mt.category, &mt.kind, &mt.weight); err != nil {
					return err
				}
				list = append(list, mt)
				return nil
			}
			return list[len(list)-1].line(mark, rest)
		})
	}
	return list
})

func (mt *matter) line(mark, rest string) error {
	switch mark {
	case "题":
		mt.titles = append(mt.titles, rest)
	case "象":
		mt.subject = rest
	case "经":
		mt.events = append(mt.events, rest)
	case "细":
		mt.details = append(mt.details, rest)
	case "求":
		mt.asks = append(mt.asks, rest)
	case "密":
		mt.secret = true
	case "月":
		mt.busy = map[time.Month]bool{}
		for _, text := range strings.Fields(rest) {
			month, err := strconv.Atoi(text)
			if err != nil {
				return err
			}
			mt.busy[time.Month(month)] = true
		}
	default:
		return fmt.Errorf("unknown mark %q", mark)
	}
	return nil
}

// eachLine calls f with the mark and the rest of each line of an embedded file.
func eachLine(file string, f func(mark, rest string) error) {
	raw, err := texts.ReadFile(file)
	if err != nil {
		panic(err)
	}
	for n, line := range strings.Split(string(raw), "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		mark, rest, _ := strings.Cut(line, " ")
		if err := f(mark, strings.TrimSpace(rest)); err != nil {
			panic(fmt.Sprintf("sample: %s line %d: %v", file, n+1, err))
		}
	}
}

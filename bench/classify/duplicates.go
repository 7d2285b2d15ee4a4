package main

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"huiyin/bench/side"
	"huiyin/classify"
	"huiyin/classify/near"
)

// duplicates measures the finder on tickets put together from sentences of the
// samples, among which edited copies of earlier tickets are planted.
func duplicates(board *scoreboard, samples []classify.Sample, n int) {
	texts, origin := plant(samples, n)
	var right, wrong, planted, recalled int
	start := side.CPU()
	index := near.NewIndex(near.DefaultOptions())
	found := make([][]near.Match, len(texts))
	for i, text := range texts {
		_, found[i] = index.Add(near.Of(text))
	}
	cpu := (side.CPU() - start).Seconds()
	for i, matches := range found {
		hit := false
		for _, m := range matches {
			if origin[m.ID] == origin[i] {
				right++
				hit = true
			} else {
				wrong++
			}
		}
		if origin[i] != i {
			planted++
			if hit {
				recalled++
			}
		}
	}
	recall := float64(recalled) / float64(max(1, planted))
	precision := float64(right) / float64(max(1, right+wrong))
	fmt.Printf("\n查重：%d 件，埋入改写 %d 件，找到 %d 件，给出 %d 对，CPU %.2f 秒\n", len(texts), planted, recalled, right+wrong, cpu)
	board.least("查重，埋入的改写找到", 0.98, recall, "")
	board.least("查重，给出的对里真的占", 0.9, precision, "")
	board.least("查重速度", 100_000, float64(len(texts))/cpu, " 件/秒")
}

// plant makes n tickets; six of a hundred are edited copies. origin is the
// ticket that a ticket is a copy of, or itself.
func plant(samples []classify.Sample, n int) (texts []string, origin []int) {
	random := rand.New(rand.NewPCG(1, 2))
	var sentences []string
	for _, s := range samples {
		for _, sentence := range strings.FieldsFunc(s.Content, func(r rune) bool { return strings.ContainsRune("。！？；\n", r) }) {
			// A long sentence would be most of a ticket: two tickets that share
			// it are nearly the same, whatever the generator meant.
			if n := len([]rune(sentence)); n >= 8 && n <= 60 {
				sentences = append(sentences, sentence)
			}
		}
	}
	for i := range n {
		if i > 100 && random.IntN(100) < 6 {
			from := random.IntN(i)
			texts = append(texts, edit(texts[from], sentences, random))
			origin = append(origin, origin[from])
			continue
		}
		var text []string
		for length := 0; length < 120+random.IntN(160); {
			sentence := sentences[random.IntN(len(sentences))]
			text = append(text, sentence)
			length += len([]rune(sentence))
		}
		texts = append(texts, strings.Join(text, "。"))
		origin = append(origin, i)
	}
	return texts, origin
}

// edit changes a text as people do who send the same matter again, in one to
// three ways at once: some characters otherwise, sentences in another order, a
// sentence more, a sentence less.
func edit(text string, sentences []string, random *rand.Rand) string {
	for range 1 + random.IntN(3) {
		parts := strings.Split(text, "。")
		switch random.IntN(4) {
		case 0:
			text = mistype(text, random)
			continue
		case 1:
			random.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		case 2:
			parts = append(parts, sentences[random.IntN(len(sentences))])
		default:
			if len(parts) > 3 {
				at := random.IntN(len(parts))
				parts = append(parts[:at], parts[at+1:]...)
			}
		}
		text = strings.Join(parts, "。")
	}
	return text
}

// mistype changes, drops or adds one character of twenty.
func mistype(text string, random *rand.Rand) string {
	runes := []rune(text)
	for range len(runes) / 20 {
		at, other := random.IntN(len(runes)), rune(0x4E00+random.IntN(0x2000))
		switch random.IntN(3) {
		case 0:
			runes = append(runes[:at], runes[at+1:]...)
		case 1:
			runes[at] = other
		default:
			runes = append(runes[:at], append([]rune{other}, runes[at:]...)...)
		}
	}
	return string(runes)
}

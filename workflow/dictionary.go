package workflow

import (
	"context"
	"slices"
	"strconv"
	"sync"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/record"
	"huiyin/workflow/refusal"
)

// dictionary numbers units and counties for the facts. Numbers are given once,
// by the store, so all instances agree; what is known here is only a copy.
type dictionary struct {
	rdb redis.UniversalClient

	mu    sync.RWMutex
	code  map[string]uint64
	words map[uint64]string
}

// codeMax is the greatest number that a fact has room for.
const codeMax = 1<<12 - 1

func newDictionary(rdb redis.UniversalClient) *dictionary {
	return &dictionary{rdb: rdb, code: map[string]uint64{"": 0}, words: map[uint64]string{0: ""}}
}

// read takes over every number that the store has given.
func (d *dictionary) read(ctx context.Context) error {
	all, err := d.rdb.HGetAll(ctx, codesKey).Result()
	if err != nil {
		return refusal.Of("", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for word, number := range all {
		n, err := strconv.ParseUint(number, 10, 16)
		if err != nil || n == 0 || n > codeMax {
			return refusal.Damaged("", record.Malformed("code of "+word))
		}
		d.code[word], d.words[n] = n, word
	}
	return nil
}

// number gives the numbers of words, asking the store for new ones.
func (d *dictionary) number(ctx context.Context, words ...string) error {
	var missing []any
	d.mu.RLock()
	for _, w := range words {
		if _, ok := d.code[w]; !ok && !slices.Contains(missing, any(w)) {
			missing = append(missing, w)
		}
	}
	d.mu.RUnlock()
	if len(missing) == 0 {
		return nil
	}
	numbers, err := codesScript.Run(ctx, d.rdb, []string{codesKey}, append([]any{codeMax}, missing...)...).Slice()
	if err != nil {
		return refusal.Of("", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, v := range numbers {
		var n uint64
		switch v := v.(type) {
		case int64:
			n = uint64(v)
		case string:
			n, _ = strconv.ParseUint(v, 10, 16)
		}
		word := missing[i].(string)
		d.code[word], d.words[n] = n, word
	}
	return nil
}

// Of is the number of a word that number has seen.
func (d *dictionary) Of(word string) uint64 {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.code[word]
}

// Word is the word of a number, and whether it is known here yet.
func (d *dictionary) Word(number uint64) (string, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	w, ok := d.words[number]
	return w, ok
}

// factWords are the words of a ticket that its fact holds by number.
func factWords(t *ticket.Ticket) []string { return []string{t.Lead, t.County} }

package main

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"huiyin/internal/sample"
	"huiyin/ticket"
	"huiyin/workflow/catalogue"
)

// catalogueAlone measures the catalogue without store, pages and people: how long
// it takes to build, what it holds in memory, and how long a search takes beside
// reading every text through.
func catalogueAlone(tickets int) error {
	maker, now := sample.New(11), time.Now()
	texts := make([]catalogue.Text, 0, tickets)
	entries := make([]catalogue.Entry, 0, tickets)
	characters := 0
	for n := range tickets {
		c := maker.Complaint(now.Add(-time.Duration(n) * time.Minute))
		id := ticket.NewID(ticket.Channel12345, fmt.Sprint(n), 0)
		entries = append(entries, catalogue.Entry{Fact: ticket.Fact{ID: id, State: ticket.Closed, Category: c.Category, County: c.County, ReceivedAt: c.CalledAt}})
		texts = append(texts, catalogue.Text{Ticket: id.Bits(), Title: c.Title, Parts: []string{c.Content, c.Place, c.Subject, c.SourceNo}})
		characters += len([]rune(c.Title + c.Content))
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	cat := catalogue.New()
	for part := range slices.Chunk(entries, 4096) {
		cat.Put(part)
	}
	for part := range slices.Chunk(texts, 256) {
		cat.PutTexts(part)
	}
	took := time.Since(began)
	runtime.GC()
	runtime.ReadMemStats(&after)
	fmt.Printf("\n%d 件的目录（每件平均 %d 字）：建成 %.1f 秒，占内存 %d MB，每件 %d 字节\n",
		tickets, characters/tickets, took.Seconds(), (after.HeapAlloc-before.HeapAlloc)>>20, int(after.HeapAlloc-before.HeapAlloc)/tickets)
	fmt.Println("词\t件数\t目录（毫秒）\t最相关在前\t逐篇读（毫秒）\t快几倍")
	for _, query := range []string{"冷链", "出租车", "司机", "车", "出租车 司机 绕路", "公交 末班车", "月球背面", "希望尽快处理"} {
		words := catalogue.Words(query)
		q := catalogue.Query{Secrecy: []ticket.Secrecy{ticket.Visible}, Words: words}
		found := 0
		plain := quickest(func() { found = 0; cat.Find(&q, false, func(catalogue.Hit) { found++ }) })
		ranked := quickest(func() { cat.Find(&q, true, func(catalogue.Hit) {}) })
		read := 0
		through := quickest(func() {
			read = 0
			for i := range texts {
				if holds(&texts[i], words) {
					read++
				}
			}
		})
		fmt.Printf("%s\t%d\t%s\t%s\t%s\t%.0f\n", query, found, ms(plain), ms(ranked), ms(through), float64(through)/float64(plain))
		if read > found {
			return fmt.Errorf("“%s”：逐篇读有 %d 件，目录只有 %d 件", query, read, found)
		}
	}
	runtime.KeepAlive(entries)
	return nil
}

func holds(t *catalogue.Text, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool {
		return !strings.Contains(t.Title, w) && !slices.ContainsFunc(t.Parts, func(p string) bool { return strings.Contains(p, w) })
	})
}

// quickest is the best of three: others work on the machine, too.
func quickest(do func()) time.Duration {
	best := time.Hour
	for range 3 {
		began := time.Now()
		do()
		best = min(best, time.Since(began))
	}
	return best
}

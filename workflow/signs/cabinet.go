package signs

import (
	"context"
	"errors"
	"fmt"
	"hash"
	"hash/fnv"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/rules"
)

// Sign is a burst: a day, or the week that ends with it, with more complaints
// than can be expected.
type Sign struct {
	Date     ticket.Date `json:"date"`
	Days     int         `json:"days"` // 1 or 7
	Code     string      `json:"code"`
	Name     string      `json:"name"`
	County   string      `json:"county,omitempty"` // empty: of all together
	Count    int         `json:"count"`
	Expected float64     `json:"expected"`
	P        float64     `json:"p"`
	// FalseAlarms is how many a year a category may cost.
	FalseAlarms float64 `json:"false_alarms_a_year"`
	About       string  `json:"about,omitempty"` // what the texts name most
}

// ID names a sign: its category, day and, as a number, its county.
func (s *Sign) ID() string {
	id := s.Code + "-" + string(s.Date)
	if s.County != "" {
		h := fnv.New32a()
		h.Write([]byte(s.County))
		id += fmt.Sprintf("-%08x", h.Sum32())
	}
	return id
}

// same: within a week they are one burst.
func (s *Sign) same(o *Sign) bool {
	days := s.Date.Start().Sub(o.Date.Start()).Hours() / 24
	return s.Code == o.Code && s.County == o.County && days > -7 && days < 7
}

// Cabinet is where a store's signs lie.
type Cabinet struct{ *dossier.Desk }

// New opens the cabinet of a store.
func New(rdb redis.UniversalClient, hash func() hash.Hash, policy func() *rules.Policy) *Cabinet {
	return &Cabinet{dossier.NewDesk(&Table, rdb, hash, policy)}
}

// Raise keeps those signs that are new, and gives how many they are. Raising
// the same again, on the same day or on a later one, does no harm.
func (c *Cabinet) Raise(ctx context.Context, now time.Time, found []Sign) (fresh int, err error) {
	all, err := c.List(ctx, ticket.Service)
	if err != nil {
		return 0, err
	}
	known := make([]Sign, 0, len(all)+len(found))
	for i := range all {
		known = append(known, Of(&all[i]))
	}
	for i := range found {
		s := &found[i]
		if contains(known, s) {
			continue
		}
		known = append(known, *s)
		_, err := c.Take(ctx, now, dossier.Request{ID: "raise:" + s.ID(), Entry: s.ID(), Step: Raise, Actor: ticket.Service, Recorded: s.fields()})
		if errors.Is(err, ticket.ErrIllegal) || errors.Is(err, ticket.ErrConflict) { // another instance was faster
			continue
		}
		if err != nil {
			return fresh, err
		}
		fresh++
	}
	return fresh, nil
}

func contains(known []Sign, s *Sign) bool {
	for i := range known {
		if known[i].same(s) {
			return true
		}
	}
	return false
}

func (s *Sign) fields() map[string]string {
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	return map[string]string{
		"date": string(s.Date), "days": strconv.Itoa(s.Days), "code": s.Code, "name": s.Name, "county": s.County, "count": strconv.Itoa(s.Count),
		"expected": number(s.Expected), "p": number(s.P), "false_alarms": number(s.FalseAlarms), "about": s.About,
	}
}

// Of is the sign that an entry keeps.
func Of(e *dossier.Entry) Sign {
	v := e.Values
	s := Sign{Date: ticket.Date(v["date"]), Code: v["code"], Name: v["name"], County: v["county"], About: v["about"]}
	s.Days, _ = strconv.Atoi(v["days"])
	s.Count, _ = strconv.Atoi(v["count"])
	s.Expected, _ = strconv.ParseFloat(v["expected"], 64)
	s.P, _ = strconv.ParseFloat(v["p"], 64)
	s.FalseAlarms, _ = strconv.ParseFloat(v["false_alarms"], 64)
	return s
}

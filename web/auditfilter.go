package web

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
)

// auditFilter says which entries of the audit stream are wanted. Zero values do
// not narrow.
type auditFilter struct {
	who, what, subject string
	from, to           time.Time // entries at from up to, not at, to
	before             string    // entry to go on from
}

func auditFilterFrom(v *visit) (auditFilter, error) {
	f := auditFilter{
		who: strings.ToLower(strings.TrimSpace(v.Query("who"))), what: v.Query("what"),
		subject: strings.TrimSpace(v.Query("subject")), before: v.Query("before"),
	}
	if _, ok := auditNames[f.what]; f.what != "" && !ok {
		return f, unknownFilter("what")
	}
	for name, at := range map[string]*time.Time{"from": &f.from, "to": &f.to} {
		text := v.Query(name)
		if text == "" {
			continue
		}
		day, err := time.ParseInLocation(time.DateOnly, text, ticket.Shanghai)
		if err != nil {
			return f, invalidField(name, "form", "日期请写成 2026-10-02")
		}
		if *at = day; name == "to" {
			*at = day.AddDate(0, 0, 1)
		}
	}
	return f, nil
}

// auditEntry is one entry, as it is kept and as people read it.
type auditEntry struct{ At, Who, Name, What, Subject, Reason string }

func (f *auditFilter) entry(m redis.XMessage) (e auditEntry, at time.Time, fits bool) {
	field := func(name string) string { text, _ := m.Values[name].(string); return text }
	at, _ = time.Parse(time.RFC3339, field("at"))
	what := field("what")
	e = auditEntry{fullMoment(at), field("who"), field("name"), what, field("subject"), field("reason")}
	if name, ok := auditNames[what]; ok {
		e.What = name
	}
	fits = (f.who == "" || strings.Contains(strings.ToLower(e.Who), f.who) || strings.Contains(e.Name, f.who)) &&
		(f.what == "" || f.what == what) &&
		(f.subject == "" || strings.Contains(strings.ToLower(e.Subject), strings.ToLower(f.subject))) &&
		(f.from.IsZero() || !at.Before(f.from)) && (f.to.IsZero() || at.Before(f.to))
	return e, at, fits
}

const (
	auditBatch = 1000
	// auditLooks bounds how many entries one answer looks at.
	auditLooks = 50_000
)

// auditEntries are the latest entries that fit, at most n, and where to go on;
// empty at the end.
func (s *Server) auditEntries(ctx context.Context, f auditFilter, n int) (found []auditEntry, next string, err error) {
	from := "+"
	if f.before != "" {
		from = "(" + f.before
	}
	for looked := 0; looked < auditLooks; {
		batch, err := s.Redis.XRevRangeN(ctx, keyAudit, from, "-", auditBatch).Result()
		if err != nil {
			return nil, "", storeDown(err)
		}
		for _, m := range batch {
			e, at, fits := f.entry(m)
			if !f.from.IsZero() && at.Before(f.from.Add(-time.Hour)) {
				return found, "", nil // clocks of instances differ by less
			}
			if fits {
				if len(found) == n {
					return found, next, nil
				}
				found = append(found, e)
			}
			next = m.ID
		}
		if len(batch) < auditBatch {
			return found, "", nil
		}
		from, looked = "("+next, looked+len(batch)
	}
	return found, next, nil
}

// auditActions are the actions to choose from, by their names.
func auditActions(chosen string) []option {
	codes := slices.SortedFunc(maps.Keys(auditNames), func(a, b string) int { return strings.Compare(auditNames[a], auditNames[b]) })
	options := make([]option, len(codes))
	for i, code := range codes {
		options[i] = option{Value: code, Label: auditNames[code], Chosen: code == chosen}
	}
	return options
}

// exportMost is how many entries one file holds.
const exportMost = 100_000

// exportAudit sends what fits as a csv that Excel opens, and notes that.
func (s *Server) exportAudit(v *visit) error {
	f, err := auditFilterFrom(v)
	if err != nil {
		return err
	}
	var entries []auditEntry
	for {
		part, next, err := s.auditEntries(v.ctx(), f, exportMost-len(entries))
		if err != nil {
			return err
		}
		if entries = append(entries, part...); next == "" || len(entries) >= exportMost {
			break
		}
		f.before = next
	}
	if err := s.accounts.note(v.ctx(), v.now, v.actor, "export_audit", "", strconv.Itoa(len(entries))+" 条"); err != nil {
		return err
	}
	return sendCSV(v, "审计-"+v.now.In(ticket.Shanghai).Format("20060102")+".csv",
		[]string{"时间", "登录名", "姓名", "做了什么", "对象", "理由"}, func(write func(...string)) {
			for _, e := range entries {
				write(e.At, e.Who, e.Name, e.What, e.Subject, e.Reason)
			}
		})
}

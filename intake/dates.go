package intake

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"huiyin/intake/sheet/grid"
	"huiyin/ticket"
)

// ParseTime reads a date, with or without a time of day, as hotline systems and
// office programs write it: 2026-04-02 18:16:58, 2026/4/2, 20260402181658,
// 2026年4月2日 下午3时, 4月2日18:16, 4/2/2026 6:16 PM, ISO 8601 with a zone,
// the serial numbers of Excel, seconds or milliseconds since 1970. Without a
// zone it is Shanghai's time; without a year it is the last such day before
// now, or the day of now. The result is UTC; false for anything else.
func ParseTime(s string, now time.Time) (time.Time, bool) {
	return parseTime(s, now, false)
}

func parseTime(s string, now time.Time, epoch1904 bool) (time.Time, bool) {
	s = strings.TrimSpace(norm.NFKC.String(s))
	if s == "" || len(s) > 80 {
		return time.Time{}, false
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		return fromNumber(s, f, epoch1904)
	}
	if t, err := time.Parse(time.RFC3339Nano, strings.Replace(s, " ", "T", 1)); err == nil {
		return t.UTC(), plausible(t)
	}
	d, rest, ok := cutDate(s, now)
	if !ok {
		return time.Time{}, false
	}
	clock, ok := clockOf(rest)
	if !ok {
		return time.Time{}, false
	}
	t := time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, ticket.Shanghai)
	if t.Day() != d.day || d.month < 1 || d.month > 12 {
		return time.Time{}, false
	}
	t = t.Add(clock).UTC()
	return t, plausible(t)
}

// plausible: hotlines began in the nineties, and nobody plans beyond the century.
func plausible(t time.Time) bool { return t.Year() >= 1980 && t.Year() < 2100 }

// fromNumber reads compact dates, serial numbers and Unix times.
func fromNumber(s string, f float64, epoch1904 bool) (time.Time, bool) {
	for _, layout := range []string{"20060102", "200601021504", "20060102150405"} {
		if len(s) == len(layout) {
			if t, err := time.ParseInLocation(layout, s, ticket.Shanghai); err == nil && plausible(t) {
				return t.UTC(), true
			}
		}
	}
	switch {
	case f >= 1e9 && f < 1e10:
		return time.Unix(int64(f), 0).UTC(), true
	case f >= 1e12 && f < 1e13:
		return time.UnixMilli(int64(f)).UTC(), true
	}
	t, ok := grid.FromSerial(f, epoch1904)
	if !ok {
		return time.Time{}, false
	}
	y, m, d := t.Date()
	t = time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), 0, ticket.Shanghai).UTC()
	return t, plausible(t)
}

type date struct{ year, month, day int }

var (
	yearFirst = regexp.MustCompile(`^((?:19|20)?\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\s*[日号])?`)
	fullYear  = regexp.MustCompile(`^((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\s*[日号])?`)
	yearLast  = regexp.MustCompile(`^(\d{1,2})[/.-](\d{1,2})[/.-]((?:19|20)\d\d)`)
	noYear    = regexp.MustCompile(`^(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})(?:\s*[日号])?`)
)

// cutDate reads the date that a text begins with.
func cutDate(s string, now time.Time) (d date, rest string, ok bool) {
	if m := fullYear.FindStringSubmatch(s); m != nil {
		return date{atoi(m[1]), atoi(m[2]), atoi(m[3])}, s[len(m[0]):], true
	}
	if m := yearLast.FindStringSubmatch(s); m != nil {
		d := date{atoi(m[3]), atoi(m[1]), atoi(m[2])}
		if d.month > 12 { // day first, as Europe has it
			d.month, d.day = d.day, d.month
		}
		return d, s[len(m[0]):], true
	}
	if m := yearFirst.FindStringSubmatch(s); m != nil && (atoi(m[1]) > 12 || strings.Contains(m[0], "年")) {
		return date{2000 + atoi(m[1])%100, atoi(m[2]), atoi(m[3])}, s[len(m[0]):], true
	}
	if m := noYear.FindStringSubmatch(s); m != nil && !strings.HasPrefix(s[len(m[0]):], "/") {
		d := date{now.In(ticket.Shanghai).Year(), atoi(m[1]), atoi(m[2])}
		if ticket.DateOf(now) < dateText(d) {
			d.year--
		}
		return d, s[len(m[0]):], true
	}
	return date{}, "", false
}

func dateText(d date) ticket.Date {
	return ticket.DateOf(time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, ticket.Shanghai))
}

var (
	clockPattern = regexp.MustCompile(`^(\d{1,2})\s*(?::|时|点)\s*(?:(\d{1,2})\s*(?:[:分]\s*(?:(\d{1,2})(?:\.\d+)?秒?)?)?|半)?(?:整|左右|许)?$`)
	weekday      = regexp.MustCompile(`^[(\[]?(?:星期|周|礼拜)[一二三四五六日天]?[)\]]?`)
	dayParts     = []struct {
		word string
		from int // an hour below is of the afternoon
	}{{"凌晨", 0}, {"早上", 0}, {"早晨", 0}, {"上午", 0}, {"am", 0}, {"中午", 11}, {"下午", 12}, {"傍晚", 12}, {"晚上", 12}, {"晚", 12}, {"pm", 12}}
)

// clockOf reads the time of day behind a date; nothing is midnight.
func clockOf(s string) (time.Duration, bool) {
	s = strings.ToLower(strings.TrimLeftFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '-' || r == 't' || r == 'T' }))
	s = strings.TrimSpace(weekday.ReplaceAllString(s, ""))
	afternoonBelow := 0
	for _, part := range dayParts {
		if strings.HasPrefix(s, part.word) || strings.HasSuffix(s, part.word) {
			s = strings.TrimSpace(strings.Replace(s, part.word, "", 1))
			afternoonBelow = part.from
			if part.word == "am" || part.word == "凌晨" { // 12:30 AM is half past midnight
				s = strings.TrimPrefix(s, "12")
				if strings.HasPrefix(s, ":") || strings.HasPrefix(s, "点") || strings.HasPrefix(s, "时") {
					s = "0" + s
				}
			}
			break
		}
	}
	if s == "" {
		return 0, true
	}
	m := clockPattern.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	hour, minute, second := atoi(m[1]), atoi(m[2]), atoi(m[3])
	if strings.Contains(s, "半") {
		minute = 30
	}
	if hour < afternoonBelow && hour < 12 {
		hour += 12
	}
	if hour > 24 || minute > 59 || second > 59 || hour == 24 && minute+second > 0 {
		return 0, false
	}
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second, true
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

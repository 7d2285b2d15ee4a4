package grid

import (
	"math"
	"strings"
	"time"
)

// TimeText is how a Time cell writes its time.
const TimeText = "2006-01-02 15:04:05"

// Days between the epochs of the two date systems.
const days1904 = 1462

// The days that a serial may name: 1910 to 2173. Outside, a number in a date
// column is something else.
const (
	firstSerial = 3654
	lastSerial  = 100000
)

// FromSerial is the time of day in no zone that an Excel serial number names,
// to the second. The second result is false for a number that is no date.
func FromSerial(serial float64, epoch1904 bool) (time.Time, bool) {
	if epoch1904 {
		serial += days1904
	}
	if !(serial >= firstSerial && serial < lastSerial) {
		return time.Time{}, false
	}
	days := math.Floor(serial)
	seconds := math.Round((serial - days) * 86400)
	return time.Date(1899, 12, 30, 0, 0, int(seconds), 0, time.UTC).AddDate(0, 0, int(days)), true
}

// TimeCell is the cell of a number that is formatted as a date.
func TimeCell(number string, serial float64, epoch1904 bool) Cell {
	t, ok := FromSerial(serial, epoch1904)
	if !ok {
		return Cell{Kind: Number, Text: Plain(number)}
	}
	return Cell{Kind: Time, Text: t.Format(TimeText)}
}

// DateFormat reports whether a number format shows a date: one of the built-in
// ids of ECMA-376 18.8.30 (East Asian ones included), or a code with a part of
// a date in it outside of quotes, escapes and colours.
func DateFormat(id int, code string) bool {
	switch {
	case id >= 14 && id <= 22, id >= 27 && id <= 36, id >= 45 && id <= 47, id >= 50 && id <= 58:
		return true
	case code == "":
		return false
	}
	return datePart(strings.ToLower(code))
}

func datePart(code string) bool {
	runes := []rune(code)
	for i := 0; i < len(runes); i++ {
		switch r := runes[i]; {
		case r == '\\' || r == '_' || r == '*':
			i++
		case r == '"':
			for i++; i < len(runes) && runes[i] != '"'; i++ {
			}
		case r == '[':
			start := i + 1
			for i < len(runes) && runes[i] != ']' {
				i++
			}
			if inner := string(runes[start:min(i, len(runes))]); inner == "h" || inner == "hh" || inner == "m" || inner == "mm" || inner == "s" || inner == "ss" {
				return true
			}
		case strings.HasPrefix(string(runes[i:]), "general"):
			i += len("general") - 1
		case strings.ContainsRune("ymdhs年月日时分秒", r):
			return true
		}
	}
	return false
}

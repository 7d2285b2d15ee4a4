package ticket

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Redact takes phone numbers, identity numbers, bank cards and mail addresses
// out of a text and puts their masked form in place; removed holds the
// originals in order. It is the only way by which free text enters the store.
// A text that was redacted stays as it is.
func Redact(text string) (redacted string, removed []string) {
	r := redaction{}
	mails := mailSpans(text)
	for i := 0; i < len(text); {
		end := len(text)
		if len(mails) > 0 && i < mails[0][1] {
			end = mails[0][0]
		}
		if i == end { // only the name is hidden: where the mail is served tells nothing
			at := mails[0][0] + strings.IndexByte(text[mails[0][0]:], '@')
			r.removed = append(r.removed, text[i:mails[0][1]])
			r.out.WriteString(text[i:i+1] + "***")
			i, mails = at, mails[1:]
			continue
		}
		n := digitRun(text[i:end])
		if n == 0 {
			_, size := utf8.DecodeRuneInString(text[i:])
			r.out.WriteString(text[i : i+size])
			i += size
			continue
		}
		n = r.besideMask(text[i:], n, end < len(text) && i+n == end)
		r.run(text[i : i+n])
		i += n
	}
	return r.out.String(), r.removed
}

var mail = regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)

func mailSpans(text string) [][]int {
	if strings.IndexByte(text, '@') < 0 {
		return nil
	}
	return mail.FindAllStringIndex(text, -1)
}

type redaction struct {
	out     strings.Builder
	removed []string
}

// besideMask cuts a run of n bytes where it touches a mask, so that the digits
// that a mask left are not joined with a number beside them.
func (r *redaction) besideMask(text string, n int, mailFollows bool) int {
	if strings.HasSuffix(r.out.String(), "**") {
		if first := strings.IndexAny(text[:n], "- "); first > 0 && first <= 4 {
			return first
		}
	}
	if last := strings.LastIndexAny(text[:n], "- "); last > 0 && n-last-1 <= 3 && !mailFollows && strings.HasPrefix(text[n:], "**") {
		return last
	}
	return n
}

// The digits of the shortest and of the longest number that is masked.
const (
	shortestNumber = 7
	longestNumber  = 19
)

// run writes a run of digit groups. Of numbers that stand side by side, each is
// found: at every group the longest number that begins there counts.
func (r *redaction) run(run string) {
	for len(run) > 0 {
		n := datePrefix(run)
		if n == 0 {
			n = r.number(run)
		}
		if n == 0 {
			n = groupEnd(run, 0)
			r.out.WriteString(run[:n])
		} else if datePrefix(run) > 0 {
			r.out.WriteString(run[:n])
		}
		if run = run[n:]; len(run) > 0 {
			r.out.WriteByte(run[0])
			run = run[1:]
		}
	}
}

// number masks the longest number that run begins with and gives its length.
func (r *redaction) number(run string) int {
	before := r.out.String()
	if inWord(before) {
		return 0
	}
	var ends []int
	for end := groupEnd(run, 0); ; end = groupEnd(run, end+1) {
		if ends = append(ends, end); end == len(run) || end > 2*longestNumber {
			break
		}
	}
	for _, end := range slices.Backward(ends) {
		if masked, ok := maskRun(run[:end], before); ok {
			r.removed = append(r.removed, run[:end])
			r.out.WriteString(masked)
			return end
		}
	}
	return 0
}

// groupEnd is where the group of digits that begins at from ends.
func groupEnd(run string, from int) int {
	if n := strings.IndexAny(run[from:], "- "); n >= 0 {
		return from + n
	}
	return len(run)
}

// dateWritten is a date with hyphens, also one that no calendar has: who mends
// it must see it.
var dateWritten = regexp.MustCompile(`^(?:19|20)\d\d-\d{1,2}-\d{1,2}(?:[ -]|$)`)

func datePrefix(run string) int {
	if len(run) < 8 || run[4] != '-' {
		return 0
	}
	return len(strings.TrimRight(dateWritten.FindString(run[:min(len(run), len("2006-01-02 "))]), " -"))
}

// digitRun is the length of a run of digits, with a final X as in identity
// numbers, and with single separators as people write phone numbers.
func digitRun(s string) int {
	n, group := 0, 0
	for n < len(s) {
		switch c := s[n]; {
		case c >= '0' && c <= '9':
			n++
			group++
		case (c == 'X' || c == 'x') && group == 17:
			return n + 1
		case (c == '-' || c == ' ') && n >= 3 && group > 0 && n+1 < len(s) && s[n+1] >= '0' && s[n+1] <= '9':
			n++
			group = 0
		default:
			return n
		}
	}
	return n
}

// inWord: a number that follows a Latin letter is a plate, a road or an order.
func inWord(before string) bool {
	if before == "" {
		return false
	}
	c := before[len(before)-1]
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '.'
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return len(s) > 0
}

// phoneWords tell that the digits behind them are a local number; without one,
// seven or eight digits may be anything.
var phoneWords = []string{"电话", "手机", "座机", "联系", "拨打", "致电", "号码", "回电", "来电"}

// cardWords tell that the digits behind them are a bank card.
var cardWords = []string{"卡"}

var separators = strings.NewReplacer("-", "", " ", "")

func maskRun(run, before string) (string, bool) {
	if len(run) < shortestNumber {
		return "", false
	}
	digits := separators.Replace(run)
	if len(digits) < shortestNumber || len(digits) > longestNumber {
		return "", false
	}
	local := len(digits) == 7 || len(digits) == 8
	card := len(digits) >= 16 && len(digits) <= longestNumber && onlyDigits(digits)
	switch {
	case likeIDNumber(digits):
		return MaskIDNumber(digits), true
	case local && (birthDate(digits) || !follows(before, phoneWords)):
		return "", false
	case IsPhone(digits):
		return MaskPhone(digits), true
	case card && (luhn(digits) && len(digits) != 18 || strings.HasPrefix(digits, "62") && follows(before, cardWords)):
		// Work-order numbers have 18 digits, and one in ten passes Luhn by chance.
		return MaskIDNumber(digits), true
	}
	return "", false
}

// cueWindow is how many characters before a number tell what it is.
const cueWindow = 8

func follows(before string, words []string) bool {
	from := len(before)
	for range cueWindow {
		_, size := utf8.DecodeLastRuneInString(before[:from])
		from -= size
	}
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(before[from:], w) })
}

// provinces are the first two digits of identity numbers (GB/T 2260). They tell
// them from order numbers, which begin with the year.
const provinces = " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 "

// likeIDNumber reports whether people would take id for an identity number; one
// with a slip of the pen still tells who it is.
func likeIDNumber(id string) bool {
	if len(id) != 18 || !onlyDigits(id[:17]) || !strings.Contains("0123456789Xx", id[17:]) {
		return false
	}
	return strings.Contains(provinces, " "+id[:2]+" ") && birthDate(id[6:14])
}

// birthDate reports whether eight digits are a day of the last or this century.
func birthDate(d string) bool {
	if len(d) != 8 || d[:2] != "19" && d[:2] != "20" {
		return false
	}
	month, day := d[4:6], d[6:8]
	return month >= "01" && month <= "12" && day >= "01" && day <= "31"
}

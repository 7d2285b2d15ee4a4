package classify

import (
	"unicode/utf8"

	"huiyin/classify/han"

	"golang.org/x/text/unicode/norm"
)

// Span is a place in a text, in runes.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// CleanReport says what cleaning found in a text. Damage lists the spots of
// the cleaned text where characters were lost before it reached the service.
type CleanReport struct {
	Annotations int    `json:"annotations"` // inline pinyin taken out
	Markup      int    `json:"markup"`      // HTML tags and entities
	Unseen      int    `json:"unseen"`      // control and zero-width characters
	Replaced    int    `json:"replaced"`    // runs of bytes that were not UTF-8
	Traditional int    `json:"traditional"` // traditional characters
	Rare        int    `json:"rare"`        // Han characters outside GB 2312
	Damage      []Span `json:"damage,omitempty"`
}

// Clean gives the text as every other part of the service wants to see it:
// valid UTF-8, simplified characters, letters and digits of half width, no
// inline pinyin, no HTML, nothing invisible, single blanks and line ends.
//
// Chinese punctuation keeps its full width. Compatibility characters become
// their plain form where that is one character and not a digit. Cleaning a
// cleaned text changes nothing. A text that needs no cleaning is returned as
// it is, without a copy.
func Clean(text string) string {
	c := cleaner{src: text, table: han.Characters()}
	return c.clean()
}

// CleanWithReport cleans and says what was found.
func CleanWithReport(text string) (string, CleanReport) {
	c := cleaner{src: text, table: han.Characters()}
	cleaned := c.clean()
	c.report.Rare = countRare(cleaned)
	if c.suspect || c.asks && questionable(cleaned) {
		c.report.Damage = findDamage(cleaned)
	}
	return cleaned, c.report
}

// cleaner carries one text through the pass. out is the cleaned text so far,
// and src[run:at] what follows it unchanged and is copied only when it must be.
// Whatever is taken out is decided at its last character by looking back into
// out, so that out is always what cleaning itself would give.
type cleaner struct {
	src   string
	table *han.Table
	out   []byte
	run   int

	report     CleanReport
	suspect    bool // a sign of damage was seen
	asks       bool // a question mark was seen, which may be one
	unresolved bool
}

func (c *cleaner) clean() string {
	c.pass()
	var cleaned string
	if c.out == nil && c.run == 0 {
		cleaned = trimEnd(c.src)
	} else {
		c.flush(len(c.src))
		cleaned = trimEnd(string(c.out))
	}
	if c.unresolved {
		cleaned = han.Resolve(cleaned, c.report.Traditional > 0)
	}
	return cleaned
}

func (c *cleaner) pass() {
	src, table := c.src, c.table
	for at := 0; at < len(src); {
		b := src[at]
		if b < utf8.RuneSelf {
			if m := table[b]; m == uint16(b) || c.harmless(m, at) {
				at++
				continue
			}
			c.flush(at)
			c.take(rune(b))
			at++
			c.run = at
			continue
		}
		if b > 0xE0 && b < 0xF0 && b != 0xED && at+2 < len(src) && src[at+1]&0xC0 == 0x80 && src[at+2]&0xC0 == 0x80 {
			r := uint16(b&0x0F)<<12 | uint16(src[at+1]&0x3F)<<6 | uint16(src[at+2]&0x3F)
			if table[r] == r {
				at += 3
				continue
			}
		}
		at = c.decode(at)
	}
}

// decode takes the character at a place outside the quick path.
func (c *cleaner) decode(at int) int {
	r, size := utf8.DecodeRuneInString(c.src[at:])
	if r == utf8.RuneError && size <= 1 {
		c.flush(at)
		for at < len(c.src) && r == utf8.RuneError && size == 1 {
			at++
			r, size = utf8.DecodeRuneInString(c.src[at:])
		}
		c.report.Replaced++
		c.take(utf8.RuneError)
		c.run = at
		return at
	}
	if r <= 0xFFFF && c.table[r] == uint16(r) || r > 0xFFFF && han.Beyond(r) == r {
		return at + size
	}
	c.flush(at)
	c.take(r)
	c.run = at + size
	return at + size
}

// harmless recognises the commands of plain ASCII that need no action here:
// a single blank or line end within a run, a bracket after anything but a
// letter, a question mark.
func (c *cleaner) harmless(m uint16, at int) bool {
	if at <= c.run {
		return false
	}
	before := c.src[at-1]
	switch m {
	case han.Space, han.Newline:
		return (c.src[at] == ' ' || c.src[at] == '\n') && before != ' ' && before != '\n'
	case han.Suspect:
		c.asks = true
		return true
	case han.CloseParen:
		return before < utf8.RuneSelf && before|0x20 < 'a'
	}
	return false
}

func (c *cleaner) flush(at int) {
	if c.out == nil {
		c.out = make([]byte, 0, len(c.src))
	}
	c.out = append(c.out, c.src[c.run:at]...)
	c.run = at
}

// take appends a character to the cleaned text, in its clean form.
func (c *cleaner) take(r rune) {
	if r > 0xFFFF {
		c.takeBeyond(r)
		return
	}
	switch m := c.table[r]; m {
	case han.Drop:
		c.report.Unseen++
	case han.Space:
		c.blank()
	case han.Newline:
		c.newline()
	case han.Combining:
		c.combine(r)
	case han.CloseParen:
		c.append(r)
		c.dropAnnotation()
	case han.Semicolon:
		c.append(r)
		c.decodeEntity()
	case han.CloseAngle:
		c.append(r)
		c.dropTag()
	case han.Unresolved:
		c.unresolved = true
		c.append(r)
	case han.Suspect:
		c.asks = c.asks || r == '?'
		c.suspect = c.suspect || r != '?'
		c.append(r)
	case han.Wide:
		c.countTraditional(r)
		c.takeBeyond(r)
	default:
		if m != uint16(r) {
			c.countTraditional(r)
		}
		c.append(rune(m))
	}
}

// takeBeyond follows the side table; what it gives may be a character that
// the main table has a command for.
func (c *cleaner) takeBeyond(r rune) {
	switch m := han.Beyond(r); {
	case m < 0:
		c.report.Unseen++
	case m > 0xFFFF:
		c.append(m)
	default:
		c.take(m)
	}
}

func (c *cleaner) append(r rune) { c.out = utf8.AppendRune(c.out, r) }

func (c *cleaner) countTraditional(r rune) {
	if r >= 0x3400 && r < 0xA000 {
		c.report.Traditional++
	}
}

func (c *cleaner) blank() {
	if n := len(c.out); n > 0 && c.out[n-1] != ' ' && c.out[n-1] != '\n' {
		c.out = append(c.out, ' ')
	}
}

func (c *cleaner) newline() {
	n := len(c.out)
	for n > 0 && c.out[n-1] == ' ' {
		n--
	}
	c.out = c.out[:n]
	if n > 0 && c.out[n-1] != '\n' {
		c.out = append(c.out, '\n')
	}
}

// combine joins a combining mark to the letter before it, so that pinyin
// typed in either form is recognised; a mark that joins nothing stays.
func (c *cleaner) combine(mark rune) {
	last, size := utf8.DecodeLastRune(c.out)
	joined := norm.NFC.String(string([]rune{last, mark}))
	if utf8.RuneCountInString(joined) != 1 || last == utf8.RuneError {
		c.append(mark)
		return
	}
	c.out = append(c.out[:len(c.out)-size], joined...)
}

func trimEnd(s string) string {
	n := len(s)
	for n > 0 && (s[n-1] == ' ' || s[n-1] == '\n') {
		n--
	}
	return s[:n]
}

package intake

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"huiyin/classify"
	"huiyin/ticket"
)

// redactor cleans texts and takes phone, identity and card numbers out of them.
// What it took out goes into the sealed part of the ticket.
type redactor struct {
	removed []string
	own     []ownWord
}

// ownWord is something of the caller's that the form gives, and its mask.
type ownWord struct{ text, mask string }

// given is what a form gives of the caller that its texts may say again, the
// longest first: a name may be part of another. What stands for a name where
// there is none is left out: masked, it would only spoil the text.
func (f *Form) given(v values) []ownWord {
	var words []ownWord
	add := func(field string, least int, mask func(string) string) {
		for text := range strings.FieldsFuncSeq(classify.Clean(field), func(c rune) bool { return strings.ContainsRune("；;，,、/", c) }) {
			if text = strings.TrimSpace(text); utf8.RuneCountInString(text) >= least && !slices.Contains(v.nameless, text) {
				words = append(words, ownWord{text, mask(text)})
			}
		}
	}
	add(f.CallerName, 2, ticket.MaskName)
	add(f.IDNo, 5, ticket.MaskIDNumber)
	add(f.CallerPhone, 5, ticket.MaskPhone)
	add(f.Contact, 5, ticket.MaskPhone)
	slices.SortStableFunc(words, func(a, b ownWord) int { return len(b.text) - len(a.text) })
	return words
}

// withoutOwn masks what the form gives of the caller wherever a text says it.
func (r *redactor) withoutOwn(text string) string {
	for _, word := range r.own {
		for range strings.Count(text, word.text) {
			r.removed = append(r.removed, word.text)
		}
		text = strings.ReplaceAll(text, word.text, word.mask)
	}
	return text
}

// sealing is the form with the personal data among its extra columns sealed.
func (f *Form) sealing(v values) *Form {
	sealed := *f
	sealed.Extra, sealed.Private = nil, maps.Clone(f.Private)
	for _, header := range slices.Sorted(maps.Keys(f.Extra)) {
		if v.personal(header) {
			sealed.Private = with(sealed.Private, header, f.Extra[header])
		} else {
			sealed.Extra = with(sealed.Extra, header, f.Extra[header])
		}
	}
	return &sealed
}

func (r *redactor) text(s string) string {
	if s == "" {
		return ""
	}
	redacted, removed := ticket.Redact(r.withoutOwn(classify.Clean(s)))
	r.removed = append(r.removed, removed...)
	return redacted
}

// caller is the personal data of a form.
func (f *Form) caller(v values) ticket.Caller {
	c := ticket.Caller{
		Name: classify.Clean(f.CallerName), Sex: classify.Clean(f.CallerSex), Phone: classify.Clean(f.CallerPhone),
		Contact: classify.Clean(f.Contact), Address: classify.Clean(f.CallerAddress), IDNo: classify.Clean(f.IDNo),
	}
	if c.Phone == "" && c.Contact == "" {
		c.Contact = v.ownPhone(classify.Clean(f.Title + "\n" + f.Content))
	}
	return c
}

// phoneRun is what may be a phone number in a cleaned text.
var phoneRun = regexp.MustCompile(`\+?\d[\d -]{5,17}\d`)

// cueWindow is how many characters before a number tell whose it is.
const cueWindow = 12

// ownPhone finds the one number that a text gives as the caller's own, empty
// when there is none or more than one.
func (v values) ownPhone(text string) string {
	own := ""
	for _, at := range phoneRun.FindAllStringIndex(text, -1) {
		number := text[at[0]:at[1]]
		if !ticket.IsPhone(digits(number)) || !v.isOwn(text[:at[0]]) {
			continue
		}
		if own != "" && digits(number) != digits(own) {
			return ""
		}
		own = number
	}
	return own
}

func (v values) isOwn(before string) bool {
	runes := []rune(before[max(0, len(before)-4*cueWindow):])
	near := string(runes[max(0, len(runes)-cueWindow):])
	in := func(w string) bool { return strings.Contains(near, w) }
	return slices.ContainsFunc(v.own, in) && !slices.ContainsFunc(v.others, in)
}

// callerKey tells repeat callers without telling who they are: a keyed
// fingerprint of the calling number, or else of the number left.
func (l *Line) callerKey(c ticket.Caller) string {
	for _, phone := range []string{c.Phone, c.Contact} {
		if normal := normalPhone(phone); normal != "" {
			return l.keys.Fingerprint(normal)
		}
	}
	return ""
}

// normalPhone is the form in which the same number is always the same: digits,
// without the country code and the long-distance zero before a mobile number.
// It is empty for what is no phone number: a hidden caller, several numbers.
func normalPhone(phone string) string {
	d := strings.TrimPrefix(digits(phone), "00")
	if len(d) == 13 {
		d = strings.TrimPrefix(d, "86")
	}
	if len(d) == 12 && strings.HasPrefix(d, "01") && d[2] >= '3' {
		d = d[1:]
	}
	if !ticket.IsPhone(d) || strings.Trim(d, d[:1]) == "" {
		return ""
	}
	return d
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// bind is what the sealed part of a ticket is bound to: the ID that channel and
// source number give when no other number has it. Unlike the ticket's own ID it
// is known before the store is asked.
func bind(channel ticket.Channel, sourceNo string) string {
	return string(ticket.NewID(channel, sourceNo, 0))
}

// sealCaller encrypts the personal data; nil when there is none.
func (l *Line) sealCaller(t *ticket.Ticket, c ticket.Caller, private map[string]string) ([]byte, error) {
	for _, header := range slices.Sorted(maps.Keys(private)) {
		c.Redacted = append(c.Redacted, header+"："+classify.Clean(private[header]))
	}
	plain, err := json.Marshal(c)
	if err != nil || string(plain) == "{}" {
		return nil, err
	}
	return l.keys.Seal(plain, bind(t.Channel, t.SourceNo))
}

// Caller opens the personal data of a ticket. Whether the viewer may see it was
// asked before. Errors are those of seal.Keys.Open.
func (l *Line) Caller(t *ticket.Ticket) (ticket.Caller, error) {
	if len(t.Sealed) == 0 {
		return ticket.Caller{}, nil
	}
	plain, err := l.keys.Open(t.Sealed, bind(t.Channel, t.SourceNo))
	if err != nil {
		return ticket.Caller{}, err
	}
	var c ticket.Caller
	err = json.Unmarshal(plain, &c)
	return c, err
}

// Package ticket holds the nouns of the service: a ticket, its events, states,
// clocks, categories and units, working time and masks. It has no I/O and no
// clock of its own: time is always a parameter.
package ticket

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"strconv"
	"strings"
	"time"
)

// ID names a ticket: 12 characters of Crockford base32, 60 bits of a hash over
// channel and source number. The same source number therefore always names the
// same ticket, on every instance, without an index.
type ID string

const crockfordAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

var crockford = base32.NewEncoding(crockfordAlphabet).WithPadding(base32.NoPadding)

// crockfordDigits are the values of the letters, -1 for all others.
var crockfordDigits = func() (digits [256]int8) {
	for i := range digits {
		digits[i] = int8(strings.IndexByte(crockfordAlphabet, byte(i)))
	}
	return digits
}()

// NewID derives the ID of a ticket from its channel and source number. salt is
// 0, or n for the n-th collision of two different source numbers.
func NewID(channel Channel, sourceNo string, salt int) ID {
	sum := sha256.Sum256([]byte(string(channel) + "\x00" + sourceNo + "\x00" + strconv.Itoa(salt)))
	return ID(crockford.EncodeToString(sum[:8])[:12])
}

// Bits packs the ID into 8 bytes. It returns 0 for a text that is not an ID.
func (id ID) Bits() uint64 {
	if len(id) != 12 {
		return 0
	}
	var bits uint64
	for i := range len(id) {
		digit := crockfordDigits[id[i]]
		if digit < 0 {
			return 0
		}
		bits = bits<<5 | uint64(digit)
	}
	return bits << 4
}

// IDFromBits is the inverse of Bits.
func IDFromBits(bits uint64) ID {
	var raw [8]byte
	binary.BigEndian.PutUint64(raw[:], bits)
	return ID(crockford.EncodeToString(raw[:])[:12])
}

// Valid reports whether the text has the form of an ID.
func (id ID) Valid() bool {
	return len(id) == 12 && IDFromBits(id.Bits()) == id
}

// Ticket is a complaint on its way from the call to the answer. The first part
// is set when it is received and never changed; the second is the fold of its
// history, so it can always be recomputed from Events.
type Ticket struct {
	ID         ID        `json:"id"`
	Channel    Channel   `json:"channel"`
	SourceNo   string    `json:"source_no"`
	Title      string    `json:"title"`   // cleaned and redacted
	Content    string    `json:"content"` // cleaned and redacted
	Place      string    `json:"place,omitempty"`
	County     string    `json:"county,omitempty"`  // name of a county or district, empty when unknown
	Subject    string    `json:"subject,omitempty"` // who or what is complained about
	CalledAt   time.Time `json:"called_at"`         // when the caller spoke, as the source says
	ReceivedAt time.Time `json:"received_at"`       // CalledAt, or the receipt here when that is unknown or ahead
	// Sealed is the caller's personal data; only internal/seal opens it.
	Sealed []byte `json:"-"`
	// SealSum is a digest of Sealed that is kept with the texts: it shows that
	// nobody exchanged or removed the sealed part. Empty for tickets of old.
	SealSum []byte `json:"-"`
	// CallerKey is a keyed fingerprint of the caller's phone, empty when
	// unknown: it finds repeat callers without telling who they are.
	CallerKey string            `json:"caller_key,omitempty"`
	Extra     map[string]string `json:"extra,omitempty"` // columns of the source that no field takes
	Verdict   Verdict           `json:"verdict"`
	Sample    bool              `json:"sample,omitempty"` // made up by huiyin demo

	Progress
	Events []Event `json:"events,omitempty"`
}

// Progress is what the history of a ticket adds up to.
type Progress struct {
	State         State             `json:"state"`
	Version       int64             `json:"version"` // number of events
	Kind          Kind              `json:"kind"`
	Category      string            `json:"category"`
	Lead          string            `json:"lead,omitempty"`
	Co            []string          `json:"co,omitempty"`
	Urgency       Urgency           `json:"urgency,omitempty"`
	Confidential  bool              `json:"confidential,omitempty"`
	Dues          []Due             `json:"dues,omitempty"` // running and met clocks, one a clock, one a task
	DispatchedAt  time.Time         `json:"dispatched_at,omitzero"`
	RepliedAt     time.Time         `json:"replied_at,omitzero"`
	ClosedAt      time.Time         `json:"closed_at,omitzero"`
	Auto          bool              `json:"auto,omitempty"`    // last dispatch was by the service itself
	Bounces       int               `json:"bounces,omitempty"` // upheld returns
	Redos         int               `json:"redos,omitempty"`
	Extended      bool              `json:"extended,omitempty"`
	Attempts      int               `json:"attempts,omitempty"` // callback attempts
	Final         bool              `json:"final,omitempty"`    // arbitrated: no further return
	Supervision   Supervision       `json:"supervision,omitempty"`
	Excluded      bool              `json:"excluded,omitempty"` // 剔除
	Urged         int               `json:"urged,omitempty"`
	Primary       ID                `json:"primary,omitempty"`      // of a merged ticket
	CallbackDue   bool              `json:"callback_due,omitempty"` // one by one, or drawn
	Responded     Tri               `json:"responded,omitempty"`
	Solved        Tri               `json:"solved,omitempty"`
	Satisfied     Tri               `json:"satisfied,omitempty"`
	Substantiated Tri               `json:"substantiated,omitempty"`
	Mediated      bool              `json:"mediated,omitempty"`
	Pending       map[string]string `json:"pending,omitempty"` // an open request: extension, suspension, exclusion
	Tasks         []Task            `json:"tasks,omitempty"`
}

// Text is the text that a verdict's offsets count in.
func (t *Ticket) Text() string { return JoinText(t.Title, t.Content) }

// JoinText puts title and content together, one newline between.
func JoinText(title, content string) string {
	if title == "" {
		return content
	}
	return title + "\n" + content
}

// Due returns the due time of a clock.
func (p *Progress) Due(c Clock) (Due, bool) {
	for _, d := range p.Dues {
		if d.Clock == c {
			return d, true
		}
	}
	return Due{}, false
}

// NextDue returns the earliest due time of the ticket itself that is still
// running: whoever leads it has to meet it.
func (p *Progress) NextDue() (Due, bool) {
	return p.next(func(d *Due) bool { return d.Clock != ClockTask })
}

// TaskDue returns the due time of a unit's task that is still running.
func (p *Progress) TaskDue(unit string) (Due, bool) {
	return p.next(func(d *Due) bool { return d.Clock == ClockTask && d.Unit == unit })
}

// OpenTask is the task that a unit has not done yet.
func (p *Progress) OpenTask(unit string) (Task, bool) {
	for _, task := range p.Tasks {
		if task.Unit == unit && task.DoneAt.IsZero() {
			return task, true
		}
	}
	return Task{}, false
}

func (p *Progress) next(of func(*Due) bool) (Due, bool) {
	var next Due
	for i := range p.Dues {
		d := p.Dues[i]
		if of(&d) && d.MetAt.IsZero() && !d.At.IsZero() && (next.At.IsZero() || d.At.Before(next.At)) {
			next = d
		}
	}
	return next, !next.At.IsZero()
}

// Task is a co-unit's share of the work.
type Task struct {
	Unit    string    `json:"unit"`
	Task    string    `json:"task"`
	GivenAt time.Time `json:"given_at"`
	DoneAt  time.Time `json:"done_at,omitzero"`
	Reply   string    `json:"reply,omitempty"`
}

// Caller is the personal data of a ticket. It is stored sealed, whole, and
// shown only through the masks of this package.
type Caller struct {
	Name    string `json:"name,omitempty"`
	Sex     string `json:"sex,omitempty"`
	Phone   string `json:"phone,omitempty"`   // the calling number
	Contact string `json:"contact,omitempty"` // the number left
	Address string `json:"address,omitempty"`
	IDNo    string `json:"id_no,omitempty"`
	// Redacted holds, in order, what Redact took out of title and content.
	Redacted []string `json:"redacted,omitempty"`
}

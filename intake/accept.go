package intake

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"huiyin/classify"
	"huiyin/intake/twins"
	"huiyin/internal/seal"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/cases"
)

// Line is the way of a complaint into the service: cleaned, stripped of
// personal data, judged, routed, sealed, opened. Safe for concurrent use.
type Line struct {
	desk       *workflow.Desk
	keys       *seal.Keys
	classifier atomic.Pointer[classify.Classifier]
	mappings   atomic.Pointer[Mappings]
	twins      atomic.Pointer[twins.Book]
	cases      atomic.Pointer[cases.Cabinet]
}

// NewLine makes a line. Without UseMappings it understands forms, but not
// tables, and not how other systems write kinds and urgencies.
func NewLine(desk *workflow.Desk, classifier *classify.Classifier, keys *seal.Keys) *Line {
	l := &Line{desk: desk, keys: keys}
	l.UseClassifier(classifier)
	l.UseMappings(Mappings{})
	return l
}

// UseClassifier puts another classifier in force.
func (l *Line) UseClassifier(c *classify.Classifier) { l.classifier.Store(c) }

// UseMappings puts other mappings in force.
func (l *Line) UseMappings(m Mappings) { l.mappings.Store(&m) }

func (l *Line) rules() Rules {
	return Rules{Classifier: l.classifier.Load(), Policy: l.desk.Policy()}
}

// Result is what became of a form.
type Result struct {
	ID         ticket.ID
	Existing   bool // the source number had a ticket already
	Dispatched bool // by the service itself
	Faults     []ticket.FieldFault
}

// Judge tells what the service makes of a text: cleaned, redacted, judged,
// routed. Offsets in the verdict count in the cleaned and redacted text.
func (l *Line) Judge(title, content, place, area string) ticket.Verdict {
	var r redactor
	t := ticket.Ticket{Title: r.text(title), Content: r.text(content), Place: r.place(place, area)}
	l.rules().settle(&t)
	return t.Verdict
}

// Accept opens tickets for forms, in batches. A form with faults opens none and
// the others all the same. The error is the store's, a *ticket.Refusal of the
// kind ErrStore; the same forms may then be given again.
func (l *Line) Accept(ctx context.Context, now time.Time, actor ticket.Actor, forms []Form) ([]Result, error) {
	rules, v, request := l.rules(), l.mappings.Load().values, newRequest()
	rules.Now = now
	results := make([]Result, len(forms))
	var openings []workflow.Opening
	var which []int
	for i := range forms {
		if faults := forms[i].Check(now); len(faults) > 0 {
			results[i].Faults = faults
			continue
		}
		opening, err := l.opening(rules, v, actor, &forms[i])
		if err != nil {
			return nil, err
		}
		if err := l.hold(ctx, &opening); err != nil {
			return nil, err
		}
		opening.Request = request
		openings, which = append(openings, opening), append(which, i)
	}
	opened, err := l.desk.Receive(ctx, now, openings)
	if err != nil {
		return nil, err
	}
	for n, o := range opened {
		results[which[n]], err = resultOf(o)
		if err != nil {
			return nil, err
		}
	}
	return results, nil
}

// newRequest names one call of Accept or Import: the store tells by it whether
// a ticket is there already, or the network has only repeated this call.
func newRequest() string { return "intake-" + rand.Text() }

// resultOf turns what the desk said of one opening into a result: what is wrong
// with the form is a fault, everything else an error.
func resultOf(o workflow.Opened) (Result, error) {
	var refusal *ticket.Refusal
	switch {
	case o.Err == nil:
		return Result{ID: o.ID, Existing: o.Existing, Dispatched: o.Dispatched}, nil
	case errors.As(o.Err, &refusal) && !errors.Is(o.Err, ticket.ErrStore) && !errors.Is(o.Err, ticket.ErrForbidden):
		if len(refusal.Faults) > 0 {
			return Result{Faults: refusal.Faults}, nil
		}
		return Result{Faults: []ticket.FieldFault{{Code: refusal.Code, Message: refusal.Message}}}, nil
	}
	return Result{}, o.Err
}

// opening makes what the desk opens of a form without faults.
func (l *Line) opening(rules Rules, v values, actor ticket.Actor, f *Form) (workflow.Opening, error) {
	f = f.sealing(v)
	r := redactor{own: f.given(v)}
	t := ticket.Ticket{
		Channel: f.Channel, CalledAt: f.CalledAt, Sample: f.Sample,
		Title: r.text(f.Title), Content: r.text(f.Content), Subject: r.text(f.Subject),
		Place: r.place(f.Place, f.Area),
	}
	if t.Content == "" { // some channels have nothing but a title
		t.Title, t.Content = "", t.Title
	}
	t.Extra = r.extra(f, v)
	caller := f.caller(v)
	caller.Redacted = r.removed
	t.SourceNo = cmp.Or(classify.Clean(f.SourceNo), l.ownNumber(&t, caller))
	t.CallerKey = l.callerKey(caller)
	t.Confidential = f.Confidential
	t.Kind, t.Urgency = v.kind(f.DemandType), v.urgency(f.Urgency)
	rules.settle(&t)
	var err error
	t.Sealed, err = l.sealCaller(&t, caller, f.Private)
	return workflow.Opening{Ticket: t, Actor: actor, Answer: f.Answer}, err
}

// ownNumberPrefix marks numbers that the service gave because the source has none.
const ownNumberPrefix = "无编号-"

// ownNumber names a complaint without a source number by what it says, who says
// it and when: the same again is the same ticket.
func (l *Line) ownNumber(t *ticket.Ticket, c ticket.Caller) string {
	called := ""
	if !t.CalledAt.IsZero() {
		called = t.CalledAt.UTC().Format(time.RFC3339)
	}
	return ownNumberPrefix + l.keys.Fingerprint(strings.Join([]string{
		t.Title, t.Content, called, c.Name, c.Phone, c.Contact, strings.Join(c.Redacted, ","),
	}, "\x00"))
}

// place joins where it happened and the area of it, without saying it twice.
func (r *redactor) place(place, area string) string {
	place, area = r.text(place), r.text(area)
	if area == "" || strings.Contains(place, area) {
		return place
	}
	return strings.TrimSpace(area + " " + place)
}

// The headers under which the source's own words are kept with a ticket.
const (
	sourceCategory = "来源分类"
	sourceDemand   = "来源诉求类型"
)

// extra keeps what no field of a ticket takes, redacted.
func (r *redactor) extra(f *Form, v values) map[string]string {
	extra := make(map[string]string, len(f.Extra)+2)
	for _, header := range slices.Sorted(maps.Keys(f.Extra)) { // in order: what is redacted stays in order
		extra[header] = r.text(f.Extra[header])
	}
	if f.Category != "" {
		extra[sourceCategory] = r.text(f.Category)
	}
	if f.DemandType != "" && v.kind(f.DemandType) == "" {
		extra[sourceDemand] = r.text(f.DemandType)
	}
	if len(extra) == 0 {
		return nil
	}
	return extra
}

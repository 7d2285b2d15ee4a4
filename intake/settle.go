package intake

import (
	"time"

	"huiyin/classify"
	"huiyin/ticket"
	"huiyin/workflow/rules"
)

// Rules is a policy as far as it judges a ticket at intake.
type Rules struct {
	Classifier *classify.Classifier
	Policy     *rules.Policy
	// Now stands for the time of a ticket that says none: rulings have a term.
	Now time.Time
}

// settle judges and routes a ticket whose texts are in place. A kind and an
// urgency that the form gives stand against the verdict's, unless the text is
// more urgent. It reports whether the lead lies outside of the bureau.
func (r Rules) settle(t *ticket.Ticket) (external bool) {
	t.Verdict = r.Classifier.Judge(t.Title, t.Content)
	t.Verdict.Policy = r.Policy.Version
	t.Category = t.Verdict.Category
	if t.Kind == "" {
		t.Kind = t.Verdict.Kind
	}
	if urgencyRank[t.Verdict.Urgency] > urgencyRank[t.Urgency] {
		t.Urgency = t.Verdict.Urgency
	}
	if t.ReceivedAt.IsZero() && t.CalledAt.IsZero() {
		t.ReceivedAt = r.Now
	}
	t.County = r.Policy.CountyOf(t)
	route := r.Policy.Route(t)
	t.Verdict.Lead, t.Verdict.Co, t.Verdict.Rule = route.Lead, route.Co, route.Rule
	return route.External
}

var urgencyRank = map[ticket.Urgency]int{ticket.Ordinary: 0, ticket.Urgent: 1, ticket.Critical: 2}

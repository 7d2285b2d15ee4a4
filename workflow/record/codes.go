package record

import "huiyin/ticket"

// words are the numbers under which the store keeps words that come again and
// again. A list only ever grows at its end: a number, once written, keeps its
// meaning. A word that is not in its list is stored as it is.
type words struct {
	list []string
	code map[string]uint64
}

func wordList(list ...string) *words {
	w := &words{list: list, code: make(map[string]uint64, len(list))}
	for i, s := range list {
		w.code[s] = uint64(i + 1)
	}
	return w
}

// Numbers of states and channels fit four and three bits of a fact.
var (
	stateWords = wordList("", "received", "dispatched", "handling", "return_requested", "arbitration", "replied",
		"callback", "suspended", "closed", "rejected", "answered", "transferred", "merged", "handed_over")
	channelWords     = wordList("12345", "12328", "xinfang", "message", "review", "case")
	kindWords        = wordList("", "consult", "complaint", "suggest", "help", "praise")
	urgencyWords     = wordList("", "urgent", "extreme")
	supervisionWords = wordList("", "normal", "yellow", "red")
	roleWords        = wordList("system", "operator", "unit", "supervisor", "leader", "discipline", "admin", "auditor", "evaluator")
	clockWords       = wordList("dispatch", "sign", "return", "contact", "close", "callback", "review", "suspension", "receipt", "supervision")
	limitWords       = wordList("", "now", "minutes", "hours", "sameday", "workdays", "days")
	entityWords      = wordList("plate", "line", "road", "station", "toll", "company", "badge", "place", "order", "phone", "id", "bankcard")
	stepWords        = wordList(
		"receive", "answer", "reject", "dispatch", "sign", "contact", "request_return", "uphold_return",
		"refuse_return", "escalate", "arbitrate", "request_extension", "grant_extension", "refuse_extension",
		"add_counit", "co_reply", "request_suspension", "grant_suspension", "refuse_suspension", "resume",
		"reply", "approve_reply", "send_back", "draw", "callback", "record_callback", "redo", "merge", "inform",
		"split", "transfer", "record_receipt", "propose_hand_over", "hand_over", "decline_hand_over", "supervise",
		"lift", "urge", "note", "request_exclusion", "exclude", "refuse_exclusion", "include", "correct",
		"confide", "request_disclosure", "disclose", "refuse_disclosure", "recall", "attach", "detach")
	fieldWords = wordList(
		"answer", "ground", "reason", "legal_path", "lead", "co", "category", "kind", "county", "at", "way",
		"outcome", "basis", "keep_rule", "days", "note", "unit", "task", "reply", "plan", "review_date", "facts",
		"handling", "told_at", "told_way", "unreachable", "solved", "substantiated", "mediation_no",
		"public_reply", "missing", "month", "seed", "reached", "responded", "satisfied", "quality_fault",
		"primary", "receipt", "clue", "level", "text", "evidence", "urgency", "confidential", "undoes",
		"files", "file", "purpose", "without_co")
	// valueWords are values of fields and of pending requests.
	valueWords = wordList(
		"yes", "no", "unknown", "phone", "visit", "sms", "online", "letter", "solved", "explained", "mediated",
		"unsolved", "normal", "yellow", "red", "suspected", "proposed", "consult", "complaint", "suggest",
		"help", "praise", "urgent", "extreme")
	pendingWords = wordList(
		"extension", "extension.by", "suspension", "suspension.by", "exclusion", "exclusion.by",
		"disclosure", "disclosure.by", "hand_over", "hand_over.by")
)

func word[W ~string](p *packer, list *words, w W) { p.word(list, string(w)) }

func wordOf[W ~string](u *unpacker, list *words) W { return W(u.word(list)) }

// bits gives the number of a word that must be in its list, from 0.
func (w *words) bits(s string) uint64 {
	if c, ok := w.code[s]; ok {
		return c - 1
	}
	return 0
}

// at is the inverse of bits; a number that means nothing gives the first word.
func (w *words) at(n uint64) string {
	if n < uint64(len(w.list)) {
		return w.list[n]
	}
	return w.list[0]
}

var triBits = map[ticket.Tri]uint64{ticket.Unknown: 0, ticket.Yes: 1, ticket.No: 2}

func triOf(bits uint64) ticket.Tri {
	return [4]ticket.Tri{ticket.Unknown, ticket.Yes, ticket.No}[bits&3]
}

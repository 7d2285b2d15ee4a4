package steps

import (
	"huiyin/ticket"
	"huiyin/workflow/rules"
)

// FieldKind says what a field of a step takes and how it is written.
type FieldKind string

// The kinds of fields. Several units are joined with ";".
const (
	FieldText     FieldKind = "text"
	FieldLongText FieldKind = "longtext"
	FieldUnit     FieldKind = "unit"     // code of a unit of the bureau
	FieldUnits    FieldKind = "units"    // codes
	FieldExternal FieldKind = "external" // code of an external unit
	FieldCategory FieldKind = "category" // code
	FieldAsk      FieldKind = "kind"     // what the caller wants: consult, complaint, …
	FieldGround   FieldKind = "ground"   // code of a ground of the policy
	FieldChoice   FieldKind = "choice"   // value of one of Choices
	FieldTime     FieldKind = "time"     // RFC 3339, or 2026-10-08 16:20 in Shanghai
	FieldDate     FieldKind = "date"     // 2026-10-08
	FieldTri      FieldKind = "tri"      // yes, no, unknown
	FieldBool     FieldKind = "bool"     // yes, no
	FieldNumber   FieldKind = "number"   // a whole number, 1 to Max
	FieldTicket   FieldKind = "ticket"   // ID of a ticket
	FieldFile     FieldKind = "file"     // SHA-256 of a file of the ticket
	FieldFiles    FieldKind = "files"    // files that the service has kept: see ticket.FormatFiles
)

// Field is something that a step takes.
type Field struct {
	Name     string    `json:"name"`
	Label    string    `json:"label"` // 中文
	Kind     FieldKind `json:"kind"`
	Required bool      `json:"required"`
	Max      int       `json:"max,omitempty"` // runes of a text, greatest number
	Help     string    `json:"help,omitempty"`
	Choices  []Choice  `json:"choices,omitempty"`
	// Grounds names the list of grounds.csv from which a ground is chosen, or
	// which a text may be taken from.
	Grounds ticket.Step `json:"grounds,omitempty"`
}

// Choice is a value that a field takes, with the words for it.
type Choice struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// Choices lists what a field may take, empty when it is free.
func Choices(p *rules.Policy, f Field) []Choice {
	choices := f.Choices
	switch f.Kind {
	case FieldUnit, FieldUnits, FieldExternal:
		for _, u := range p.Units {
			if !u.Disabled && UnitFits(f.Kind, u) {
				choices = append(choices, Choice{u.Code, u.Name})
			}
		}
	case FieldCategory:
		for _, c := range p.Categories {
			choices = append(choices, Choice{c.Code, c.Code + " " + c.Name})
		}
	case FieldAsk:
		for _, k := range ticket.Kinds {
			choices = append(choices, Choice{string(k), k.Name()})
		}
	case FieldTri:
		choices = []Choice{{"yes", "是"}, {"no", "否"}, {"unknown", "未知"}}
	case FieldBool:
		choices = []Choice{{"yes", "是"}, {"no", "否"}}
	}
	if f.Grounds != "" {
		for _, g := range p.GroundsOf(f.Grounds) {
			choices = append(choices, Choice{g.Code, g.Text})
		}
	}
	return choices
}

// UnitFits reports whether a unit can stand in a field: discipline inspection
// receives clues by hand-over and never a plain dispatch, external units are
// transferred to.
func UnitFits(kind FieldKind, u ticket.Unit) bool {
	switch kind {
	case FieldExternal:
		return u.Kind == ticket.UnitExternal
	case FieldUnits:
		return u.Kind != ticket.UnitExternal
	}
	return u.Kind != ticket.UnitExternal && u.Kind != ticket.UnitDiscipline
}

// Lengths of texts, in characters.
const (
	lineMax  = 200
	noteMax  = 1000
	StoryMax = 5000
)

func text(name, label string) Field {
	return Field{Name: name, Label: label, Kind: FieldText, Max: lineMax}
}

func longText(name, label string, longest int) Field {
	return Field{Name: name, Label: label, Kind: FieldLongText, Max: longest}
}

func must(f Field) Field {
	f.Required = true
	return f
}

func with(f Field, help string) Field {
	f.Help = help
	return f
}

func from(f Field, grounds ticket.Step) Field {
	f.Grounds = grounds
	return f
}

func field(name, label string, kind FieldKind) Field {
	return Field{Name: name, Label: label, Kind: kind}
}

func number(name, label string, most int) Field {
	return Field{Name: name, Label: label, Kind: FieldNumber, Max: most}
}

func choice(name, label string, choices ...Choice) Field {
	return Field{Name: name, Label: label, Kind: FieldChoice, Choices: choices}
}

var (
	reason    = must(longText("reason", "理由", noteMax))
	ways      = []Choice{{"phone", "电话"}, {"visit", "上门"}, {"sms", "短信"}, {"online", "网络"}, {"letter", "书面"}}
	levels    = []Choice{{"normal", "普通督办"}, {"yellow", "黄牌督办"}, {"red", "红牌督办"}}
	outcomes  = []Choice{{"solved", "已解决"}, {"explained", "解释说明"}, {"mediated", "调解"}, {"unsolved", "未解决"}}
	purposes  = []Choice{{ticket.FromCaller, "来电人提供"}, {ticket.OfHandling, "办理材料"}, {ticket.OfContact, "联系证明"}}
	answers3  = []Field{must(field("responded", "是否联系过来电人", FieldTri)), must(field("solved", "是否解决", FieldTri)), must(field("satisfied", "是否满意", FieldTri))}
	leadUnit  = must(field("lead", "牵头单位", FieldUnit))
	coUnits   = field("co", "配合单位", FieldUnits)
	category  = field("category", "类别", FieldCategory)
	askKind   = field("kind", "诉求类型", FieldAsk)
	countyOf  = text("county", "事发县区")
	toldAt    = field("told_at", "告知来电人的时间", FieldTime)
	toldWay   = choice("told_way", "告知方式", ways...)
	noContact = from(longText("unreachable", "联系不上来电人的证明", noteMax), "unreachable")
	withoutCo = with(from(longText(WithoutCo, "不等配合单位的理由", noteMax), WithoutCo), "还有配合单位没有办结时必填")
	noAnswers = field("unreachable", "联系不上", FieldBool)
)

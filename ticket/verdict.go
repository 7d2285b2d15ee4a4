package ticket

// Verdict is what the classifier thinks of a text, with its reasons. Offsets
// are rune offsets in the cleaned text (JoinText of title and content).
type Verdict struct {
	Category    string      `json:"category"`
	Kind        Kind        `json:"kind"`
	Confidence  float64     `json:"confidence"` // calibrated probability, 0…1
	Auto        bool        `json:"auto"`       // above the policy's line
	Urgency     Urgency     `json:"urgency,omitempty"`
	Enforcement bool        `json:"enforcement,omitempty"` // about enforcement itself (执法类)
	Clue        bool        `json:"clue,omitempty"`        // for discipline inspection
	Hits        []Hit       `json:"hits"`
	Candidates  []Candidate `json:"candidates"` // best first, the chosen one included
	Entities    []Entity    `json:"entities"`
	Risks       []Risk      `json:"risks"`
	Policy      int         `json:"policy,omitempty"` // version that judged

	// The route follows from category, place and entities.
	Lead string   `json:"lead,omitempty"`
	Co   []string `json:"co,omitempty"`
	Rule string   `json:"rule,omitempty"` // one Chinese line: which rule decided
}

// Hit is a keyword found in the text.
type Hit struct {
	Keyword  string  `json:"keyword"`
	Category string  `json:"category,omitempty"`
	Weight   float64 `json:"weight"`
	Start    int     `json:"start"`
	End      int     `json:"end"`
}

// Candidate is a category that the text could belong to.
type Candidate struct {
	Category string  `json:"category"`
	Score    float64 `json:"score"`
}

// EntityKind is a kind of thing that a text can name.
type EntityKind string

// The kinds of entities. Phone, IDNumber and BankCard are personal data: they
// are redacted before a text is stored.
const (
	EntityPlate    EntityKind = "plate"    // 车牌
	EntityLine     EntityKind = "line"     // 公交、地铁线路
	EntityRoad     EntityKind = "road"     // 公路编号与道路名
	EntityStation  EntityKind = "station"  // 车站
	EntityToll     EntityKind = "toll"     // 收费站
	EntityCompany  EntityKind = "company"  // 企业
	EntityBadge    EntityKind = "badge"    // 执法证号、工号
	EntityPlace    EntityKind = "place"    // 地名
	EntityOrder    EntityKind = "order"    // 订单号、工单号
	EntityPhone    EntityKind = "phone"    // 电话
	EntityIDNumber EntityKind = "id"       // 身份证号
	EntityBankCard EntityKind = "bankcard" // 银行卡号
)

// Entity is a thing named in the text.
type Entity struct {
	Kind   EntityKind `json:"kind"`
	Text   string     `json:"text"`            // as written
	Value  string     `json:"value,omitempty"` // normal form, when it differs
	County string     `json:"county,omitempty"`
	Start  int        `json:"start"`
	End    int        `json:"end"`
}

// Norm is the normal form.
func (e Entity) Norm() string {
	if e.Value != "" {
		return e.Value
	}
	return e.Text
}

// Risk is a warning with the words that raised it.
type Risk struct {
	Name  string   `json:"name"`  // 人身安全, 群体诉求, …: as in the policy
	Level Urgency  `json:"level"` // of the strongest word
	Words []string `json:"words"`
}

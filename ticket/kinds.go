package ticket

// Channel is the door through which a complaint came.
type Channel string

// The channels of huiyin import. Case is for closed penalty cases of the
// enforcement system: they are drawn for callback, and are not tickets.
const (
	Channel12345   Channel = "12345"
	Channel12328   Channel = "12328"
	ChannelXinfang Channel = "xinfang"
	ChannelMessage Channel = "message"
	ChannelReview  Channel = "review"
	ChannelCase    Channel = "case"
)

// Channels lists all channels in the order in which people read them.
var Channels = []Channel{Channel12328, Channel12345, ChannelXinfang, ChannelMessage, ChannelReview, ChannelCase}

var channelNames = map[Channel]string{
	Channel12345: "12345热线", Channel12328: "12328热线", ChannelXinfang: "信访",
	ChannelMessage: "公众留言", ChannelReview: "好差评", ChannelCase: "处罚案件",
}

// Name is the Chinese name, or the code itself when unknown.
func (c Channel) Name() string { return nameOf(channelNames, c) }

// Valid reports whether the channel is one of Channels.
func (c Channel) Valid() bool { _, ok := channelNames[c]; return ok }

// Kind is what the caller wants (诉求类型).
type Kind string

// The kinds of the hotline.
const (
	Consult   Kind = "consult"
	Complaint Kind = "complaint"
	Suggest   Kind = "suggest"
	Help      Kind = "help"
	Praise    Kind = "praise"
)

// Kinds lists all kinds in the order in which people read them.
var Kinds = []Kind{Consult, Complaint, Suggest, Help, Praise}

var kindNames = map[Kind]string{
	Consult: "信息咨询", Complaint: "投诉举报", Suggest: "意见建议", Help: "求助", Praise: "表扬",
}

// Name is the Chinese name, or the code itself when unknown.
func (k Kind) Name() string { return nameOf(kindNames, k) }

// Valid reports whether the kind is one of Kinds.
func (k Kind) Valid() bool { _, ok := kindNames[k]; return ok }

// Urgency says how fast a ticket must move.
type Urgency string

// The urgencies. The zero value is an ordinary ticket.
const (
	Ordinary Urgency = ""
	Urgent   Urgency = "urgent"  // 紧急
	Critical Urgency = "extreme" // 特急
)

var urgencyNames = map[Urgency]string{Ordinary: "一般", Urgent: "紧急", Critical: "特急"}

// Name is the Chinese name.
func (u Urgency) Name() string { return nameOf(urgencyNames, u) }

// Supervision is the level of 督办.
type Supervision string

// The supervision levels. The zero value is none.
const (
	Unsupervised      Supervision = ""
	SupervisionNormal Supervision = "normal"
	SupervisionYellow Supervision = "yellow"
	SupervisionRed    Supervision = "red"
)

var supervisionNames = map[Supervision]string{
	Unsupervised: "未督办", SupervisionNormal: "普通督办", SupervisionYellow: "黄牌督办", SupervisionRed: "红牌督办",
}

// Name is the Chinese name.
func (s Supervision) Name() string { return nameOf(supervisionNames, s) }

// Tri is an answer that may still be unknown. The three callback answers are
// never derived from each other.
type Tri int8

// The three values.
const (
	Unknown Tri = 0
	Yes     Tri = 1
	No      Tri = -1
)

// Name is the Chinese word.
func (t Tri) Name() string {
	switch t {
	case Yes:
		return "是"
	case No:
		return "否"
	}
	return "未知"
}

// ParseTri reads yes, no or unknown; the second result is false for anything else.
func ParseTri(s string) (Tri, bool) {
	switch s {
	case "yes", "是":
		return Yes, true
	case "no", "否":
		return No, true
	case "", "unknown", "未知":
		return Unknown, true
	}
	return Unknown, false
}

// Role is what a person may be in the service; a person has one or more.
type Role string

// The roles of people, and the service itself.
const (
	Operator    Role = "operator"
	UnitHandler Role = "unit"
	Supervisor  Role = "supervisor"
	Leader      Role = "leader"
	Discipline  Role = "discipline"
	Admin       Role = "admin"
	Auditor     Role = "auditor"
	Evaluator   Role = "evaluator"
	System      Role = "system"
)

// Roles lists the roles that an account can have.
var Roles = []Role{Operator, UnitHandler, Supervisor, Leader, Discipline, Admin, Auditor, Evaluator}

var roleNames = map[Role]string{
	Operator: "话务与分派", UnitHandler: "承办单位", Supervisor: "督办", Leader: "领导",
	Discipline: "纪检", Admin: "系统管理", Auditor: "审计", Evaluator: "第三方评价", System: "系统",
}

// Name is the Chinese name, or the code itself when unknown.
func (r Role) Name() string { return nameOf(roleNames, r) }

// Valid reports whether an account can have the role.
func (r Role) Valid() bool { _, ok := roleNames[r]; return ok && r != System }

// Actor is who takes a step.
type Actor struct {
	ID    string `json:"id"` // the account, or "system"
	Name  string `json:"name"`
	Roles []Role `json:"roles"`
	Unit  string `json:"unit,omitempty"` // code of a unit, empty for none
}

// Service is the actor of what the service does by itself.
var Service = Actor{ID: "system", Name: "系统自动", Roles: []Role{System}}

// Has reports whether the actor has the role.
func (a Actor) Has(r Role) bool {
	for _, have := range a.Roles {
		if have == r {
			return true
		}
	}
	return false
}

func nameOf[K ~string](names map[K]string, key K) string {
	if name, ok := names[key]; ok {
		return name
	}
	return string(key)
}

package outbox

// Cause is why a message could not be delivered: a word for machines, with a
// Chinese name.
type Cause string

// The causes.
const (
	CauseStatus   Cause = "status"   // an answer that is no success
	CauseRedirect Cause = "redirect" // never followed
	CauseGone     Cause = "gone"     // 410: the receiver wants no more
	CauseTimeout  Cause = "timeout"
	CauseRefused  Cause = "refused" // nobody listens
	CauseNetwork  Cause = "network"
	CauseAddress  Cause = "address" // the name leads to an address that is never allowed
	CauseSecret   Cause = "secret"
	CauseTicket   Cause = "ticket" // the ticket cannot be read
)

var causeNames = map[Cause]string{
	CauseStatus: "对方没有收下", CauseRedirect: "对方要求转到别处，不跟随", CauseGone: "对方已停止接收",
	CauseTimeout: "对方没有及时应答", CauseRefused: "对方没有开机或端口不通", CauseNetwork: "网络中断",
	CauseAddress: "地址指向不允许的网段", CauseSecret: "没有找到签名密钥，或密钥不合格", CauseTicket: "工单读不出来",
}

// Name is the Chinese name.
func (c Cause) Name() string {
	if name, ok := causeNames[c]; ok {
		return name
	}
	return string(c)
}

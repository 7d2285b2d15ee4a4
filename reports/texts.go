package reports

import (
	"context"
	"regexp"
	"strings"
	"unicode/utf8"

	"huiyin/ticket"
)

// textLimit bounds how many tickets are read for places, subjects and cases,
// so that a month of any size is done in time. What was read of how many is
// printed.
const textLimit = 20000

// texts are the tickets that were read, of those that were wanted.
type texts struct {
	byID   map[ticket.ID]*ticket.Ticket
	wanted int
}

func (t *texts) of(id ticket.ID) *ticket.Ticket { return t.byID[id] }

// readTexts reads the tickets of the period; when there are too many, those of
// the high-frequency items and of what could be a group complaint, evenly
// thinned. Confidential tickets are not read at all.
func (b *builder) readTexts(ctx context.Context, src Source) (*texts, error) {
	wanted := b.readableTexts()
	if len(wanted) > textLimit {
		wanted = b.wantedTexts()
	}
	out := &texts{byID: map[ticket.ID]*ticket.Ticket{}, wanted: len(wanted)}
	wanted = thinned(wanted, textLimit)
	if len(wanted) == 0 {
		return out, nil
	}
	tickets, err := src.Tickets(ctx, wanted)
	if err != nil {
		return nil, err
	}
	for i := range tickets {
		t := &tickets[i]
		if !t.Confidential && t.State != ticket.HandedOver {
			out.byID[t.ID] = t
		}
	}
	return out, nil
}

func (b *builder) readableTexts() []ticket.ID {
	var ids []ticket.ID
	for n := range b.facts {
		if b.policy.mayRead(&b.facts[n], &b.cats) {
			ids = append(ids, b.facts[n].ID)
		}
	}
	return ids
}

func (b *builder) wantedTexts() []ticket.ID {
	hot := make([]bool, len(b.cats.list))
	for _, i := range b.listed(b.own()) {
		hot[i] = true
	}
	buckets := map[[2]uint16]int{}
	for _, w := range b.where {
		buckets[[2]uint16{w.cat, w.area}]++
	}
	var ids []ticket.ID
	for n := range b.facts {
		f, w := &b.facts[n], b.where[n]
		if !b.policy.mayRead(f, &b.cats) {
			continue
		}
		if hot[w.cat] || buckets[[2]uint16{w.cat, w.area}] >= b.policy.Rules.GroupCallers {
			ids = append(ids, f.ID)
		}
	}
	return ids
}

var (
	places   = map[ticket.EntityKind]bool{ticket.EntityPlace: true, ticket.EntityRoad: true, ticket.EntityStation: true, ticket.EntityToll: true}
	subjects = map[ticket.EntityKind]bool{ticket.EntityCompany: true, ticket.EntityLine: true, ticket.EntityPlate: true}
)

// placesOf are the different places that a ticket names.
func placesOf(t *ticket.Ticket) []string { return entitiesOf(t, places, "") }

// subjectsOf are the companies, lines and (masked) plates that a ticket names,
// and its subject when that is plainly an organisation and not a person.
func subjectsOf(t *ticket.Ticket) []string {
	subject := strings.TrimSpace(t.Subject)
	if !organisation.MatchString(subject) || utf8.RuneCountInString(subject) > 20 {
		subject = ""
	}
	return entitiesOf(t, subjects, subject)
}

var organisation = regexp.MustCompile(`(公司|集团|驾校|学校|车站|客运站|站|中心|支队|大队|局|厂|店|平台|码头|港|检测站|路|线|桥|工地|项目部)$`)

func entitiesOf(t *ticket.Ticket, kinds map[ticket.EntityKind]bool, first string) []string {
	var out []string
	seen := map[string]bool{}
	add := func(name string) {
		if name != "" && !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	add(maskText(first))
	for _, e := range t.Verdict.Entities {
		if kinds[e.Kind] {
			add(maskText(e.Norm()))
		}
	}
	return out
}

var (
	plate  = regexp.MustCompile(`([\p{Han}][A-Z])[·.\s]?([A-Z0-9]{2,4})([A-Z0-9]{2})\b`)
	person = regexp.MustCompile(`([赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜谢邹喻柏水窦章云苏潘葛范彭鲁韦马方俞任袁柳鲍史唐费廉岑薛雷贺倪汤罗郝安常于傅齐康伍余顾孟黄萧尹姚邵汪毛戴宋庞熊纪项董梁杜阮蓝闵席贾路江童颜郭梅林钟徐邱骆高夏蔡田樊胡霍万柯莫房解丁邓洪包石崔龚程邢陆荣翁甘段侯武刘龙叶黎薄白乔闻党谭申冉牛温庄柴阎连习艾鱼易廖耿匡文关欧])([\p{Han}]{1,2})(先生|女士|师傅|同志|老师|教练)`)
)

// maskText hides what could name a person in a line that leaves the ticket:
// numbers by ticket.Redact, the middle of plates, given names before a title.
func maskText(s string) string {
	s, _ = ticket.Redact(strings.TrimSpace(s))
	s = plate.ReplaceAllString(s, "$1***$3")
	return person.ReplaceAllString(s, "$1*$3")
}

// shorten cuts a line to n runes.
func shorten(s string, n int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n-1]) + "…"
}

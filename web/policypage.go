package web

import (
	"fmt"
	"strings"

	"huiyin/ticket"
	"huiyin/workflow/permit"
	"huiyin/workflow/rules"
	"huiyin/workflow/steps"
)

// policyView shows the policy in force, a table at a time, as people wrote it.
type policyView struct {
	page
	Tabs     []tabView
	Lead     string
	MayAmend bool
	Waiting  int // proposals
	MayRead  bool
	Head     []string
	Rows     [][]string
}

type policyTable struct {
	name, title, lead string
	head              []string
	rows              func(*rules.Policy) [][]string
}

var policyTables = []policyTable{
	{"units", "承办单位", "谁办理工单。编码不变，名称可以改。", []string{"编码", "名称", "简称", "性质", "县区", "别名", "状态"}, func(p *rules.Policy) (rows [][]string) {
		for _, u := range p.Units {
			state := "启用"
			if u.Disabled {
				state = "停用"
			}
			rows = append(rows, []string{u.Code, u.Name, u.Short, string(u.Kind), u.County, strings.Join(u.Aliases, "、"), state})
		}
		return rows
	}},
	{"categories", "类别", "诉求说的是什么事。执法类逐件回访；涉密的只提请移送纪检。", []string{"编码", "名称", "大类", "领域", "执法类", "涉密", "默认类型", "说明"}, func(p *rules.Policy) (rows [][]string) {
		for _, c := range p.Categories {
			rows = append(rows, []string{c.Code, c.Name, c.Group, c.Field, yesText(c.Enforcement), yesText(c.Sealed), c.Kind.Name(), c.Note})
		}
		return rows
	}},
	{"routes", "派单目录", "哪类诉求由谁牵头、谁配合。自上而下，第一条相符的决定。", []string{"序号", "类别", "属地", "条件", "牵头", "配合", "依据", "来源"}, func(p *rules.Policy) (rows [][]string) {
		for i := range p.Routes {
			r := &p.Routes[i]
			rows = append(rows, []string{r.No, string(r.Category), r.County, conditionsText(r.Needs), unitOrCounty(p, r.Lead), unitsText(p, r.Co), r.Basis, originText(r)})
		}
		return rows
	}},
	{"limits", "时限", "自上而下，第一条相符的决定；空着的不限。", []string{"渠道", "类型", "类别", "紧急", "督办", "分派", "签收", "退单", "首次联系", "办结", "回访", "延期", "依据"}, func(p *rules.Policy) (rows [][]string) {
		for i := range p.Limits {
			r := &p.Limits[i]
			rows = append(rows, []string{channelText(r.Channel), kindText(r.Kind), string(r.Category), r.Urgency, string(r.Mode), r.Dispatch.String(), r.Sign.String(), r.Return.String(),
				r.Contact.String(), r.Close.String(), r.Callback.String(), r.Extension.String(), r.Basis})
		}
		return rows
	}},
	{"callbacks", "回访", "哪些逐件回访，哪些按比例抽取。", []string{"类别", "类型", "渠道", "方式", "比例", "次数", "间隔天数"}, func(p *rules.Policy) (rows [][]string) {
		for _, r := range p.Callbacks {
			rows = append(rows, []string{string(r.Category), kindText(r.Kind), channelText(r.Channel), string(r.Mode), fmt.Sprintf("%.0f%%", r.Share*100), fmt.Sprint(r.Attempts), fmt.Sprint(r.GapDays)})
		}
		return rows
	}},
	{"supervisions", "督办规则", "系统按这里的规则自动提出督办；命中几条取最重的一级。", []string{"规则", "至少", "级别", "说明"}, func(p *rules.Policy) (rows [][]string) {
		for _, r := range p.Supervisions {
			least := ""
			if r.Least > 0 {
				least = fmt.Sprint(r.Least)
			}
			rows = append(rows, []string{r.Rule, least + r.Value, r.Level.Name(), r.Note})
		}
		return rows
	}},
	{"grounds", "理由目录", "退单、不予受理、剔除等步骤只能从这里选理由。", []string{"步骤", "编码", "理由", "依据", "说明"}, func(p *rules.Policy) (rows [][]string) {
		seen := map[ticket.Step]bool{}
		list := func(step ticket.Step, name string) {
			if seen[step] {
				return
			}
			seen[step] = true
			for _, g := range p.GroundsOf(step) {
				rows = append(rows, []string{name, g.Code, g.Text, g.Basis, g.Note})
			}
		}
		for _, tr := range steps.Transitions {
			list(tr.Step, tr.Name)
			for _, f := range tr.Fields {
				if f.Grounds != "" {
					list(f.Grounds, f.Label)
				}
			}
		}
		return rows
	}},
}

// originText tells of a routing rule that it came from a ruling, which, and for
// how long.
func originText(r *rules.Route) string {
	if !r.Ruling {
		return ""
	}
	text := "裁定：" + r.Note
	if r.Until != "" {
		text += "，" + string(r.Until) + "到期"
	}
	return text
}

func yesText(is bool) string {
	if is {
		return "是"
	}
	return ""
}

func channelText(c ticket.Channel) string {
	if c == "" {
		return ""
	}
	return c.Name()
}

func kindText(k ticket.Kind) string {
	if k == "" {
		return ""
	}
	return k.Name()
}

func conditionsText(needs []rules.Condition) string {
	parts := make([]string, len(needs))
	for i, n := range needs {
		parts[i] = n.What + " " + strings.Join(n.Words, "、")
	}
	return strings.Join(parts, "；")
}

func unitOrCounty(p *rules.Policy, code string) string {
	if code == ticket.RouteCounty {
		return "事发县区的单位"
	}
	return p.Units.Name(code)
}

func unitsText(p *rules.Policy, codes []string) string {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = unitOrCounty(p, code)
	}
	return strings.Join(names, "、")
}

func (s *Server) policyPage(v *visit) error {
	p := s.Desk.Policy()
	view := policyView{page: s.page(v, "政策", "/policy")}
	view.MayAmend, view.Sub = v.may(permit.Amend), "内置默认政策"
	view.MayRead, view.Waiting = v.may(permit.Text), s.proposalsTab(v, "").N
	if p.Version > 0 {
		view.Sub = fmt.Sprintf("第 %d 版", p.Version)
	}
	for i, t := range policyTables {
		rows := t.rows(p)
		current := t.name == v.Query("table") || i == 0 && v.Query("table") == ""
		view.Tabs = append(view.Tabs, tabView{Name: t.name, Title: t.title, Href: "/policy?table=" + t.name, N: len(rows), Counted: true, Current: current})
		if current {
			view.Lead, view.Head, view.Rows = t.lead, t.head, rows
		}
	}
	if view.Head == nil {
		return ticket.Refuse(ticket.ErrNotFound, "no_table", "没有这张政策表")
	}
	return s.render(v.Ctx, "policy", view)
}

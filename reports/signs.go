package reports

import "fmt"

// Signs are what the handling of a matter's tickets says of its causes, on the
// three levels of Cause. Each names its number.
type Signs struct {
	Direct        []string `json:"direct"`
	Management    []string `json:"management"`
	Institutional []string `json:"institutional"`
}

// All are the signs of all levels, nearest cause first.
func (s *Signs) All() []string {
	var all []string
	for _, level := range [][]string{s.Direct, s.Management, s.Institutional} {
		all = append(all, level...)
	}
	return all
}

// results are how the tickets of a matter received in the period came out.
type results struct {
	substantiated Rate // of those answered
	mediated      int
	redone        int
	joint         int
	bounced       int
}

func (b *builder) results(cat int) results {
	var r results
	for _, n := range b.ofCategory(cat) {
		f := &b.facts[n]
		if f.Replied && f.Substantiated != 0 {
			r.substantiated.count(f.Substantiated > 0)
		}
		for _, x := range []struct {
			to  *int
			yes bool
		}{{&r.mediated, f.Mediated}, {&r.redone, f.Redos > 0}, {&r.joint, f.CoUnits > 0}, {&r.bounced, f.Bounces > 0}} {
			if x.yes {
				*x.to++
			}
		}
	}
	return r
}

// signs reads the causes off the handling results. A share below the policy's
// mark, or of too few tickets, says nothing.
func (b *builder) signs(cat int, c *Card) Signs {
	rules, style := b.policy.Rules, b.style()
	r, q := b.results(cat), &b.current.byCat[cat].Quality
	telling := func(share Rate) bool {
		return !b.few(share.Den) && share.Value() >= rules.SignShare && share.Num > 0
	}
	of := func(n int) Rate { return Rate{n, c.Item.Count} }
	var s Signs
	if !b.few(r.substantiated.Den) {
		if share := r.substantiated; share.Value() >= 0.5 {
			s.Direct = append(s.Direct, "查实率"+style.Rate(share)+"，问题多数客观存在")
		} else {
			s.Direct = append(s.Direct, "查实率"+style.Rate(share)+"，不少诉求出于信息不对称或认识差异，需加强事前告知")
		}
	}
	if len(c.Places) > 0 && telling(Rate{c.Places[0].Count, c.Read.Num}) {
		s.Direct = append(s.Direct, fmt.Sprintf("地点集中：%s%s", c.Places[0].Name, style.Rate(Rate{c.Places[0].Count, c.Read.Num})))
	}
	if len(c.Objects) > 0 && telling(Rate{c.Objects[0].Count, c.Read.Num}) {
		s.Direct = append(s.Direct, fmt.Sprintf("对象集中：%s%s", c.Objects[0].Name, style.Rate(Rate{c.Objects[0].Count, c.Read.Num})))
	}
	if x := q.OnTime.Raw; !b.few(x.Den) && x.Value() < rules.OnTimeFloor {
		s.Management = append(s.Management, "按期办结率"+style.Rate(x)+"，低于"+style.Percent(rules.OnTimeFloor)+"，办理力量或时限管理不到位")
	}
	if x := q.Satisfied.Raw; !b.few(x.Den) && x.Value() < rules.SatisfiedFloor {
		s.Management = append(s.Management, "满意率"+style.Rate(x)+"，低于"+style.Percent(rules.SatisfiedFloor)+"，答复没有解决实际问题")
	}
	if x := of(r.redone); telling(x) {
		s.Management = append(s.Management, "重办"+style.Rate(x)+"，首次办理质量不高")
	}
	if x := of(c.Item.Repeaters); c.Item.Repeaters > 0 {
		s.Management = append(s.Management, fmt.Sprintf("%d人就此反映%d次以上，前次办理没有根治", x.Num, rules.RepeatTimes))
	}
	if x := of(r.bounced); telling(x) {
		s.Institutional = append(s.Institutional, "退单"+style.Rate(x)+"，职责边界需要明确")
	}
	if x := of(r.joint); telling(x) {
		s.Institutional = append(s.Institutional, "多单位联办"+style.Rate(x)+"，需要固定的协作机制")
	}
	if x := of(r.mediated); telling(x) {
		s.Institutional = append(s.Institutional, "以调解了结"+style.Rate(x)+"，属民事纠纷多发，宜前移调解和合同规范")
	}
	if c.Item.Has(FlagStubborn) {
		s.Institutional = append(s.Institutional, fmt.Sprintf("近%d个月有%d个月列入高频，逐件办理未能减少发生", c.Item.ListedOf, c.Item.Listed))
	}
	return s
}

func (b *builder) style() Style {
	return Style{Decimals: b.policy.Rules.Decimals, SmallSample: b.policy.Rules.SmallSample}
}

package rules

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huiyin/ticket"
)

func TestRoute(t *testing.T) {
	p := testPolicy(t)
	place := []ticket.Entity{{Kind: ticket.EntityPlace, Text: "甲县", County: "甲县"}}
	cases := []struct {
		name     string
		ticket   ticket.Ticket
		lead, co string
		rule     string
	}{
		{"the exception above wins over the rule", ticket.Ticket{County: "甲县", Content: "面包车接送学生", Progress: ticket.Progress{Category: "B01"}},
			"xian-a", "zhidui", "派单目录第1条：B01 黑车，属地甲县，写到“接送学生”，依据：甲县试点"},
		{"the county of a place in the text is the co-unit", ticket.Ticket{Verdict: ticket.Verdict{Entities: place}, Content: "拉客", Progress: ticket.Progress{Category: "B01"}},
			"zhidui", "xian-a yunfu", "派单目录第2条：B01 黑车，属地甲县，依据：条例"},
		{"without a place the county is left out", ticket.Ticket{Content: "拉客", Progress: ticket.Progress{Category: "B01"}},
			"zhidui", "yunfu", "派单目录第2条：B01 黑车，依据：条例"},
		{"a county lead without a place is for a person", ticket.Ticket{Content: "路坏了", Progress: ticket.Progress{Category: "J01"}},
			"", "zhidui", "派单目录第3条：J01 农村公路；事发地属于哪个县区不明，请人工指定"},
		{"the place field tells the county", ticket.Ticket{Place: "本市甲县东门", Progress: ticket.Progress{Category: "J01"}},
			"xian-a", "zhidui", "派单目录第3条：J01 农村公路，属地甲县"},
		{"a confidential ticket never goes to the accused", ticket.Ticket{Subject: "市执法支队", Progress: ticket.Progress{Category: "A01", Confidential: true}},
			"", "", "保密件反映的就是市执法支队，不能派给它，请人工指定"},
		{"nor when it is named by another name in the text", ticket.Ticket{Content: "路政大队的人收钱", Progress: ticket.Progress{Category: "A05"}},
			"", "", "保密件反映的就是市执法支队，不能派给它，请人工指定"},
		{"an open complaint goes to the unit as usual", ticket.Ticket{Subject: "市执法支队", Progress: ticket.Progress{Category: "A01"}},
			"zhidui", "", "派单目录第4条：类别 A*"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := p.Route(&c.ticket)
			want := RouteResult{Lead: c.lead, Co: strings.Fields(c.co), Rule: c.rule}
			if len(want.Co) == 0 {
				want.Co = nil
			}
			if len(got.Co) == 0 {
				got.Co = nil
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if !p.Route(&ticket.Ticket{Progress: ticket.Progress{Category: "X01"}}).External {
		t.Error("an external lead is not marked")
	}
}

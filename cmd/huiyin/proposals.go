package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"huiyin/intake/lessons"
	"huiyin/ticket"
	"huiyin/workflow/proposals"
	"huiyin/workflow/rulings"
	"huiyin/workflow/versions"
)

// policyProposalCmd is huiyin policy proposal.
type policyProposalCmd struct {
	List   proposalListCmd   `cmd:"" default:"1" help:"列出全部建议，等审定的在前"`
	Show   proposalShowCmd   `cmd:"" help:"看一份建议：改哪些行、依据多少工单、检验效果"`
	Accept proposalAcceptCmd `cmd:"" help:"采纳并发布为新的一版政策"`
	Refuse proposalRefuseCmd `cmd:"" help:"不采纳，写明理由"`
}

// proposalID finds a proposal by its month or ticket.
type proposalID struct {
	Key string `arg:"" name:"key" help:"词表建议写月份，如 2026-10；裁定规则写工单编号"`
}

func (id proposalID) find(ctx context.Context, pile *proposals.Pile) (proposals.Proposal, error) {
	kind := proposals.Ruling
	if _, err := ticket.ParseMonth(id.Key); err == nil {
		kind = proposals.Lexicon
	}
	return pile.Get(ctx, kind, id.Key)
}

// withPile runs a command on the store's proposals.
func withPile(ctx context.Context, root *cli, c *console, f func(s *storage, pile *proposals.Pile) error) error {
	s, err := root.openRedis(ctx, c)
	if err != nil {
		return err
	}
	return errors.Join(f(s, proposals.NewPile(s.redis)), s.Close())
}

type proposalListCmd struct {
	JSON bool `name:"json" help:"每份输出一行 JSON"`
}

// Run lists the proposals, those that wait first.
func (cmd *proposalListCmd) Run(ctx context.Context, root *cli, c *console) error {
	return withPile(ctx, root, c, func(_ *storage, pile *proposals.Pile) error {
		list, err := pile.List(ctx)
		if err != nil {
			return err
		}
		for i := range list {
			p := &list[i]
			if cmd.JSON {
				line, _ := json.Marshal(struct {
					*proposals.Proposal
					Decision *proposals.Decision `json:"decision"`
				}{p, p.Decision})
				fmt.Fprintf(c.out, "%s\n", line)
				continue
			}
			summary, err := proposalSummary(p)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.out, "%s　%s　%s　%s\n", p.Key, clock(p.At), proposalState(p), summary)
		}
		if len(list) == 0 && !cmd.JSON {
			fmt.Fprintln(c.out, "还没有建议。词表建议每月二日提一次，也可以用 huiyin job run lexicon-proposal 现在就提。")
		}
		return nil
	})
}

func proposalState(p *proposals.Proposal) string {
	switch {
	case p.Decision != nil:
		return p.Decision.Name + p.Decision.Outcome.Verb()
	case p.Idle:
		return "不需审定"
	}
	return "待审定"
}

func proposalSummary(p *proposals.Proposal) (string, error) {
	if p.Kind == proposals.Ruling {
		r, err := rulings.From(p)
		return fmt.Sprintf("裁定规则：%s %s → %s（%s）", r.Category, orEverywhere(r.County), r.Lead, r.Note()), err
	}
	lesson, err := lessons.Of(p)
	return "词表建议：" + lesson.Summary(), err
}

func orEverywhere(county string) string {
	if county == "" {
		return "不限属地"
	}
	return county
}

type proposalShowCmd struct {
	proposalID
	JSON bool `name:"json" help:"输出 JSON"`
}

// Run shows a proposal with what stands behind it.
func (cmd *proposalShowCmd) Run(ctx context.Context, root *cli, c *console) error {
	return withPile(ctx, root, c, func(_ *storage, pile *proposals.Pile) error {
		p, err := cmd.find(ctx, pile)
		if err != nil {
			return err
		}
		if cmd.JSON {
			fmt.Fprintf(c.out, "%s\n", p.Body)
			return nil
		}
		summary, err := proposalSummary(&p)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%s\n%s。\n", proposalState(&p), summary)
		if p.Kind == proposals.Ruling {
			r, err := rulings.From(&p)
			fmt.Fprintf(c.out, "依据：%s\n原来的规则：%s\n", r.Basis, r.Rule)
			for _, named := range r.Named {
				fmt.Fprintf(c.out, "可以用 --only %q 限定\n", string(named))
			}
			return err
		}
		lesson, err := lessons.Of(&p)
		if err != nil {
			return err
		}
		printLesson(c, &lesson)
		return nil
	})
}

func printLesson(c *console, l *lessons.Lesson) {
	if len(l.Rows) == 0 {
		return
	}
	t := table.NewWriter()
	t.SetOutputMirror(c.out)
	t.AppendHeader(table.Row{"行", "", "关键词", "类别", "原权重", "新权重", "改对的工单", "同类含词", "他类含词", "来电人"})
	for i, r := range l.Rows {
		t.AppendRow(table.Row{i + 1, lessons.Deed(r), r.Word, r.Category, r.Before, r.After, r.Mended, r.For, r.Against, r.Callers})
	}
	t.Render()
	e, o := l.Effect, l.Open
	fmt.Fprintf(c.out, "检验：%s；准确率 %.1f%% → %.1f%%，宏平均 F1 %.3f → %.3f，自动分派 %d 件对 %d 件 → %d 件对 %d 件。\n", l.Net(),
		100*e.Before.Accuracy, 100*e.After.Accuracy, e.Before.MacroF1, e.After.MacroF1, e.Auto[0].N, e.Auto[0].Right, e.Auto[1].N, e.Auto[1].Right)
	fmt.Fprintf(c.out, "在办的 %d 件工单里，%d 件会有变化，自动分派由 %d 件变为 %d 件。\n", o.Tickets, o.Changed, o.AutoBefore, o.AutoAfter)
}

type proposalAcceptCmd struct {
	proposalID
	Rows   string   `help:"只采纳这几行，如 1,3-5；不给则全部" placeholder:"ROWS"`
	Only   []string `help:"裁定规则只用于提到它的工单，如 实体:道路=G104" placeholder:"COND"`
	Months int      `help:"裁定规则管几个月，0 为不限；不给则按政策" default:"-1" placeholder:"N"`
	Why    string   `help:"为什么采纳；不给则写采纳了哪份建议" placeholder:"原因"`
}

// Run publishes a proposal after the tables with it have been checked whole.
func (cmd *proposalAcceptCmd) Run(ctx context.Context, root *cli, c *console) error {
	return withPile(ctx, root, c, func(s *storage, pile *proposals.Pile) error {
		p, err := cmd.find(ctx, pile)
		if err != nil {
			return err
		}
		if p.Decision.Final() {
			return ticket.Refuse(ticket.ErrConflict, "decided", "%s已经%s这份建议", p.Decision.Name, p.Decision.Outcome.Verb())
		}
		keeper := versions.New(s.redis)
		folder, head, err := currentFolder(ctx, root, s)
		if err != nil {
			return err
		}
		draft, err := versions.NewDraft(head, folder)
		if err != nil {
			return err
		}
		book, err := loadRulebook(folder, root.dictionary())
		if err != nil {
			return err
		}
		rows, err := cmd.amend(c, &p, draft.Files, book.proposals)
		if err != nil {
			return err
		}
		return cmd.publish(ctx, root, c, keeper, pile, &p, draft, rows)
	})
}

func (cmd *proposalAcceptCmd) amend(c *console, p *proposals.Proposal, files map[string]string, s proposals.Settings) (places []int, err error) {
	if p.Kind == proposals.Ruling {
		r, err := rulings.From(p)
		if err != nil {
			return nil, err
		}
		terms := rulings.Terms{Months: s.RulingMonth}
		if cmd.Months >= 0 {
			terms.Months = cmd.Months
		}
		for _, only := range cmd.Only {
			terms.Narrowed = append(terms.Narrowed, rulings.Condition(only))
		}
		_, err = r.Amend(files, c.now(), terms)
		return nil, err
	}
	lesson, err := lessons.Of(p)
	if err != nil {
		return nil, err
	}
	if len(lesson.Rows) == 0 {
		return nil, ticket.Refuse(ticket.ErrInvalid, "no_rows", "这份建议没有可采纳的行：%s", lesson.Summary())
	}
	if places, err = rowNumbers(cmd.Rows, len(lesson.Rows)); err != nil {
		return nil, err
	}
	rows, err := lesson.Choose(places)
	if err != nil {
		return nil, err
	}
	left, err := lesson.Amend(files, rows)
	for _, r := range left {
		fmt.Fprintf(c.err, "“%s”（%s）没有采纳：关键词表里这一行后来有人改过。\n", r.Word, r.Category)
	}
	return places, err
}

// rowNumbers reads "1,3-5" as places from 0; empty means all.
func rowNumbers(text string, n int) (places []int, err error) {
	if text == "" {
		text = fmt.Sprintf("1-%d", n)
	}
	for part := range strings.SplitSeq(text, ",") {
		first, last, many := strings.Cut(strings.TrimSpace(part), "-")
		from, err := strconv.Atoi(first)
		to := from
		if many && err == nil {
			to, err = strconv.Atoi(last)
		}
		if err != nil || from < 1 || to > n || to < from {
			return nil, misused("行号“%s”看不懂，或者建议里没有这一行：请写成 1,3-5", part)
		}
		for i := from; i <= to; i++ {
			places = append(places, i-1)
		}
	}
	return places, nil
}

func (cmd *proposalAcceptCmd) publish(ctx context.Context, root *cli, c *console, keeper *versions.Keeper, pile *proposals.Pile, p *proposals.Proposal, draft *versions.Draft, rows []int) error {
	folder, err := draft.Folder()
	if err != nil {
		return err
	}
	if _, err := loadRulebook(folder, root.dictionary()); err != nil {
		return err
	}
	why := cmd.Why
	if why == "" {
		if why, err = proposalSummary(p); err != nil {
			return err
		}
		why = "采纳" + why
	}
	who := commandLine()
	version, err := keeper.Publish(ctx, c.now(), who, folder, draft.Base, why)
	if err != nil {
		return err
	}
	err = pile.Decide(ctx, p.ID(), proposals.Decision{
		Outcome: proposals.Published, At: c.now(), By: who.ID, Name: who.Name, Why: why, Version: version, Rows: rows,
	})
	fmt.Fprintf(c.out, "已发布为第 %d 版，运行中的服务会自动换用。\n", version)
	return err
}

type proposalRefuseCmd struct {
	proposalID
	Why string `required:"" help:"为什么不采纳" placeholder:"原因"`
}

// Run refuses a proposal.
func (cmd *proposalRefuseCmd) Run(ctx context.Context, root *cli, c *console) error {
	return withPile(ctx, root, c, func(_ *storage, pile *proposals.Pile) error {
		p, err := cmd.find(ctx, pile)
		if err != nil {
			return err
		}
		who := commandLine()
		err = pile.Decide(ctx, p.ID(), proposals.Decision{Outcome: proposals.Refused, At: c.now(), By: who.ID, Name: who.Name, Why: cmd.Why})
		if err == nil {
			fmt.Fprintln(c.out, "已记下不采纳和理由。")
		}
		return err
	})
}

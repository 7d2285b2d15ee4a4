package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"huiyin/intake"
	"huiyin/ticket"
)

// tryCmd is huiyin try.
type tryCmd struct {
	Months   int  `help:"重放最近几个月的工单" default:"3"`
	Examples int  `help:"列出几件有变化的工单" default:"20"`
	JSON     bool `name:"json" help:"输出 JSON"`
}

// Run judges stored tickets under the policy of --policy and tells what would
// differ from the policy in force. It changes nothing.
func (cmd *tryCmd) Run(ctx context.Context, root *cli, c *console) error {
	if root.Policy == "" {
		return misused("请用 --policy 指出改过的政策文件目录")
	}
	folder, err := policyFolder(root.Policy)
	if err != nil {
		return err
	}
	edited, err := loadRulebook(folder, root.dictionary())
	if err != nil {
		return err
	}
	inForce := *root
	inForce.Policy = ""
	a, err := inForce.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	this := ticket.MonthOf(c.now())
	var months []ticket.Month
	for n := range cmd.Months {
		months = append(months, this.Add(-n))
	}
	result, err := intake.Replay(ctx, a.store, a.book().rules(), edited.rules(), months, cmd.Examples)
	if err != nil {
		return err
	}
	if cmd.JSON {
		return json.NewEncoder(c.out).Encode(result)
	}
	printNotes(c.out, edited.classifier)
	cmd.print(c, result, a.book(), edited)
	return nil
}

func (cmd *tryCmd) print(c *console, r *intake.Replayed, before, after *rulebook) {
	fmt.Fprintf(c.out, "重放 %d 件，%d 件会有变化；自动分派由 %d 件变为 %d 件。\n", r.Tickets, r.Changed, r.AutoBefore, r.AutoAfter)
	category := func(code string) string {
		if name := after.workflow.Categories.Name(code); name != code {
			return code + " " + name
		}
		return code + " " + before.workflow.Categories.Name(code)
	}
	unit := func(code string) string {
		if code == "" {
			return "人工指定"
		}
		return after.workflow.Units.Short(code)
	}
	same := func(s string) string { return s }
	for _, part := range []struct {
		title string
		moves []intake.Move
		name  func(string) string
	}{{"类别", r.Categories, category}, {"牵头单位", r.Units, unit}, {"办结时限", r.Limits, same}} {
		if len(part.moves) == 0 {
			continue
		}
		fmt.Fprintf(c.out, "\n%s的变化：\n", part.title)
		for _, m := range part.moves {
			fmt.Fprintf(c.out, "  %4d 件  %s → %s\n", m.Tickets, part.name(m.Before), part.name(m.After))
		}
	}
	if len(r.Examples) > 0 {
		fmt.Fprintln(c.out, "\n例如：")
	}
	for _, e := range r.Examples {
		fmt.Fprintf(c.out, "  %s %s　%s\n", e.SourceNo, e.Title, strings.Join(differences(e.Before, e.After, category, unit), "，"))
	}
}

// differences tells what of two judgements on a ticket is not the same.
func differences(before, after intake.Judgement, category, unit func(string) string) []string {
	var list []string
	differ := func(what, from, to string) {
		if from != to {
			list = append(list, what+from+" → "+to)
		}
	}
	dispatch := func(auto bool) string {
		if auto {
			return "自动分派"
		}
		return "转人工分派"
	}
	differ("", category(before.Category), category(after.Category))
	differ("", unit(before.Lead), unit(after.Lead))
	differ("时限 ", before.Limit, after.Limit)
	differ("", dispatch(before.Auto), dispatch(after.Auto))
	return list
}

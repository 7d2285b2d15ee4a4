package main

import (
	"context"
	"encoding/json"
	"fmt"

	"huiyin/ticket"
	"huiyin/workflow/rules"
)

// drawCmd is huiyin draw.
type drawCmd struct {
	Month string `arg:"" help:"月份，如 2026-10"`
	Seed  *int64 `help:"随机种子；不给则随机取一个，随结果留存，可凭它重抽核对；每月只抽一次"`
	JSON  bool   `name:"json" help:"输出 JSON"`
}

// Run draws the month's callback sample and puts the drawn tickets up for
// callback. A month that was drawn answers with its first draw.
func (cmd *drawCmd) Run(ctx context.Context, root *cli, c *console) error {
	month, err := ticket.ParseMonth(cmd.Month)
	if err != nil {
		return misused("%s", err)
	}
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	var drawn struct {
		rules.DrawResult
		Cases rules.DrawResult `json:"cases"`
	}
	if drawn.DrawResult, err = a.desk.DrawCallbacks(ctx, c.now(), ticket.Service, month, cmd.Seed); err != nil {
		return err
	}
	if drawn.Cases, err = a.cases.DrawCases(ctx, c.now(), ticket.Service, month, &drawn.Seed); err != nil {
		return err
	}
	if cmd.JSON {
		return json.NewEncoder(c.out).Encode(drawn)
	}
	result := drawn.DrawResult
	fmt.Fprintf(c.out, "%s：应抽范围 %d 件，抽中 %d 件，种子 %d。\n", month.Name(), result.Population, len(result.Drawn), result.Seed)
	for _, s := range result.Strata {
		fmt.Fprintf(c.out, "  %s %s：%d 件抽 %d 件\n", a.book().workflow.Units.Short(s.Unit), a.book().workflow.Categories.Name(s.Category), s.Size, s.Drawn)
	}
	fmt.Fprintf(c.out, "处罚案件：当月结案 %d 件，抽中 %d 件，种子 %d。\n", drawn.Cases.Population, len(drawn.Cases.Drawn), drawn.Cases.Seed)
	if len(result.Drawn)+len(drawn.Cases.Drawn) > 0 {
		fmt.Fprintln(c.out, "抽中的已转待回访：工单在控制台的“回访”，处罚案件在“案件回访”，由话务登记。")
	}
	return nil
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"huiyin/reports"
	"huiyin/ticket"
)

// reportCmd is huiyin report.
type reportCmd struct {
	Month   string `arg:"" help:"月份，如 2026-10"`
	Out     string `help:"输出目录" default:"." placeholder:"DIR"`
	Formats string `help:"格式，用逗号分隔" default:"docx,xlsx,html,json" placeholder:"docx,xlsx,html,pdf,json"`
	JSON    bool   `name:"json" help:"把全部数字以 JSON 写到标准输出"`
}

// Run builds the month's numbers once and writes them in every format.
func (cmd *reportCmd) Run(ctx context.Context, root *cli, c *console) error {
	month, err := ticket.ParseMonth(cmd.Month)
	if err != nil {
		return misused("%s", err)
	}
	formats := strings.Split(cmd.Formats, ",")
	for _, f := range formats {
		if !slices.Contains(reports.Formats, f) {
			return misused("没有格式“%s”，可以是 %s", f, strings.Join(reports.Formats, "、"))
		}
	}
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	value, err := reports.Build(ctx, a.store, a.book().reports, month, c.now())
	if err != nil {
		return err
	}
	files, err := reports.WriteAll(cmd.Out, value, formats)
	if err != nil {
		return err
	}
	if cmd.JSON {
		return json.NewEncoder(c.out).Encode(value)
	}
	for _, file := range files {
		fmt.Fprintln(c.out, file)
	}
	return nil
}

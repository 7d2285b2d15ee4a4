package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"huiyin/reports"
)

// reportCmd is huiyin report.
type reportCmd struct {
	Period  string `arg:"" name:"统计期" help:"2026-10（月）、2026-Q3（季度）、2026（年）或 2026-10-01..2026-10-15（任意时段）"`
	Out     string `help:"输出目录" default:"." placeholder:"DIR"`
	Formats string `help:"格式，用逗号分隔" default:"docx,xlsx,html,json" placeholder:"docx,xlsx,html,pdf,json"`
	Unit    string `help:"只统计一个主办单位，填单位编码" placeholder:"CODE"`
	Scope   string `help:"统计范围：all（全局）或 enforcement（只含执法类投诉）" enum:"all,enforcement" default:"all"`
	Public  bool   `help:"只写公开摘要（docx、html、pdf），不足公开最少件数的分组合并"`
	JSON    bool   `name:"json" help:"把全部数字以 JSON 写到标准输出"`
}

const allFormats = "docx,xlsx,html,json" // when none are asked for

// Run builds the period's numbers once and writes them in every format.
func (cmd *reportCmd) Run(ctx context.Context, root *cli, c *console) error {
	period, err := reports.ParsePeriod(cmd.Period)
	if err != nil {
		return misused("%s", err)
	}
	formats := strings.Split(cmd.Formats, ",")
	if cmd.Public && cmd.Formats == allFormats {
		formats = []string{"docx", "html"}
	}
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
	scope := reports.Scope{Unit: cmd.Unit, Enforcement: cmd.Scope == "enforcement"}
	if m := period.Month(); m != "" && scope.Whole() {
		if err := reports.Prepare(ctx, a.source(), a.book().reports, m); err != nil {
			return err
		}
	}
	value, err := reports.BuildPeriod(ctx, a.source(), a.book().reports, period, scope, c.now())
	if err != nil {
		return err
	}
	var files []string
	if cmd.Public {
		files, err = reports.WritePublic(cmd.Out, value, a.book().reports, formats)
	} else {
		files, err = reports.WriteAll(cmd.Out, value, formats)
	}
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

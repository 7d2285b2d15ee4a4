package main

import (
	"context"
	"fmt"

	"huiyin/internal/sample"
	"huiyin/ticket"
)

// sampleCmd is huiyin sample: a workbook of made-up tickets to try an import on.
type sampleCmd struct {
	File  string `arg:"" help:"要写的 xlsx 文件"`
	Rows  int    `help:"多少行" default:"1000"`
	Seed  uint64 `help:"随机种子" default:"1"`
	Style string `help:"表格样式：full（各栏齐全）、letters（留言信箱）、bare（只有编号、标题、内容）、printed（带标题行的登记表）" default:"full"`
}

// Run streams the rows into the workbook.
func (cmd *sampleCmd) Run(ctx context.Context, c *console) error {
	month := ticket.MonthOf(c.now()).Add(-1)
	if err := sample.WriteXlsx(ctx, cmd.File, cmd.Style, cmd.Seed, cmd.Rows, month.Start(), month.End()); err != nil {
		return fmt.Errorf("文件 %s 写不了：%w", cmd.File, err)
	}
	fmt.Fprintf(c.out, "已写出 %d 行样例：%s\n", cmd.Rows, cmd.File)
	return nil
}

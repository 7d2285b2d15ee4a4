package main

import (
	"context"
	"fmt"
	"time"

	"github.com/xuri/excelize/v2"

	"huiyin/internal/sample"
	"huiyin/ticket"
)

// sampleCmd is huiyin sample: a workbook of made-up tickets to try an import on.
type sampleCmd struct {
	File string `arg:"" help:"要写的 xlsx 文件"`
	Rows int    `help:"多少行" default:"1000"`
	Seed uint64 `help:"随机种子" default:"1"`
}

// Run streams the rows into the workbook.
func (cmd *sampleCmd) Run(ctx context.Context, c *console) error {
	book := excelize.NewFile()
	defer book.Close()
	w, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	header := []any{"工单编号", "工单标题", "诉求内容", "诉求类型", "来电时间", "诉求渠道", "求助人员", "性别", "求助号码", "通讯地址", "事件发生地", "所属区域", "被反映单位", "是否保密", "紧急程度"}
	if err := w.SetRow("A1", header); err != nil {
		return err
	}
	maker := sample.New(cmd.Seed)
	start := ticket.MonthOf(c.now()).Add(-1).Start()
	step := ticket.MonthOf(start).End().Sub(start) / time.Duration(cmd.Rows+1)
	for i := range cmd.Rows {
		s := maker.Complaint(start.Add(time.Duration(i) * step))
		cell, _ := excelize.CoordinatesToCellName(1, i+2)
		row := []any{s.SourceNo, s.Title, s.Content, s.Kind, s.CalledAt.In(ticket.Shanghai).Format(time.DateTime), s.Channel, s.Caller.Name, s.Caller.Sex,
			s.Caller.Phone, s.Caller.Address, s.Place, s.County, s.Subject, map[bool]string{true: "是", false: "否"}[s.Secret], "一般"}
		if err := w.SetRow(cell, row); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := book.SaveAs(cmd.File); err != nil {
		return fmt.Errorf("文件 %s 写不了", cmd.File)
	}
	fmt.Fprintf(c.out, "已写出 %d 行样例：%s\n", cmd.Rows, cmd.File)
	return nil
}

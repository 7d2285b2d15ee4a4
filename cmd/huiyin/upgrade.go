package main

import (
	"context"
	"encoding/json"
	"fmt"

	"huiyin/workflow"
)

// bringUp brings a store that an earlier version wrote up to this one, and says
// so: people wait for it.
func (a *app) bringUp(ctx context.Context, c *console) error {
	if !a.store.Behind() {
		return nil
	}
	fmt.Fprintln(c.err, "存储是旧版程序写的，正在按历史补齐索引、统计和时限。工单和历史不动，中断了再启动即可，请稍候……")
	summary, err := workflow.Upgrade(ctx, a.store, a.book().workflow)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.err, "补齐完毕：核对了 %d 件工单，补齐 %d 处。\n", summary.Tickets, summary.Mended)
	if summary.Left > 0 {
		fmt.Fprintf(c.err, "另有 %d 处不能按历史补齐，请运行 huiyin fsck 查看。\n", summary.Left)
	}
	return nil
}

// repair computes again what does not follow from the histories, and tells of
// every place.
func (cmd *fsckCmd) repair(ctx context.Context, a *app, c *console) error {
	summary, err := workflow.Repair(ctx, a.store, a.book().workflow, func(b workflow.Breach, mended bool) {
		switch {
		case cmd.JSON:
			line, _ := json.Marshal(struct {
				workflow.Breach
				Mended bool `json:"mended"`
			}{b, mended})
			fmt.Fprintf(c.out, "%s\n", line)
		case mended:
			fmt.Fprintf(c.out, "已补齐　%s\n", b)
		default:
			fmt.Fprintf(c.out, "不能补　%s\n", b)
		}
	})
	if err != nil {
		return err
	}
	if a.store.Behind() {
		if _, err := workflow.Upgrade(ctx, a.store, a.book().workflow); err != nil {
			return err
		}
	}
	if cmd.JSON {
		line, _ := json.Marshal(summary)
		fmt.Fprintf(c.out, "%s\n", line)
	} else {
		fmt.Fprintf(c.out, "核对了 %d 件工单，按历史补齐了 %d 处索引、统计、时限或状态，还有 %d 处不能补。历史和来电人信息没有动过。\n", summary.Tickets, summary.Mended, summary.Left)
	}
	if summary.Left > 0 {
		return errFound
	}
	return nil
}

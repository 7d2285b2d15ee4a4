package main

import (
	"context"
	"encoding/json"
	"fmt"

	"huiyin/workflow"
)

// fsckCmd is huiyin fsck.
type fsckCmd struct {
	JSON bool `name:"json" help:"每条问题和最后的合计各输出一行 JSON"`
}

// Run checks the invariants over the whole store; a line for each breach.
func (cmd *fsckCmd) Run(ctx context.Context, root *cli, c *console) error {
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	breaches := 0
	summary, err := workflow.Fsck(ctx, a.store, a.book().workflow, func(b workflow.Breach) {
		breaches++
		if cmd.JSON {
			line, _ := json.Marshal(b)
			fmt.Fprintf(c.out, "%s\n", line)
		} else {
			fmt.Fprintln(c.out, b)
		}
	})
	if err != nil {
		return err
	}
	if cmd.JSON {
		line, _ := json.Marshal(summary)
		fmt.Fprintf(c.out, "%s\n", line)
	} else {
		fmt.Fprintf(c.out, "核对了 %d 件工单、%d 个步骤、%d 个索引、%d 份月度事实，发现 %d 处不一致。\n",
			summary.Tickets, summary.Events, summary.Indexes, summary.Months, summary.Breaches)
	}
	if breaches > 0 {
		return errFound
	}
	return nil
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"huiyin/workflow"
	"huiyin/workflow/locker"
	"huiyin/workflow/witness"
)

// fsckCmd is huiyin fsck.
type fsckCmd struct {
	JSON   bool     `name:"json" help:"每条问题和最后的合计各输出一行 JSON"`
	Repair bool     `help:"把能由历史重算的索引、统计、时限和状态补齐；历史和来电人信息从不改动"`
	Key    []string `help:"也承认用这些公钥签的根：换过密钥的，旧的公钥" placeholder:"HEX"`
}

// Run checks the invariants over the whole store; a line for each breach.
func (cmd *fsckCmd) Run(ctx context.Context, root *cli, c *console) error {
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	if cmd.Repair {
		return cmd.repair(ctx, a, c)
	}
	breaches := 0
	report := func(b workflow.Breach) {
		breaches++
		if cmd.JSON {
			line, _ := json.Marshal(b)
			fmt.Fprintf(c.out, "%s\n", line)
		} else {
			fmt.Fprintln(c.out, b)
		}
	}
	checked, err := a.checkAll(ctx, root, c.now(), cmd.Key, report)
	if err != nil {
		return err
	}
	summary, account := checked.summary, checked.account
	summary.Breaches = breaches
	if cmd.JSON {
		line, _ := json.Marshal(struct {
			workflow.FsckSummary
			Witness witness.Account `json:"witness"`
		}{summary, account})
		fmt.Fprintf(c.out, "%s\n", line)
	} else {
		fmt.Fprintf(c.out, "核对了 %d 件工单、%d 个步骤、%d 个索引、%d 份月度事实，发现 %d 处不一致。\n",
			summary.Tickets, summary.Events, summary.Indexes, summary.Months, summary.Breaches)
		if checked.lanes > 0 {
			fmt.Fprintf(c.out, "核对了发件箱里 %d 件工单等着送出的消息。\n", checked.lanes)
		}
		fmt.Fprintf(c.out, "核对了整改台账和报告的 %d 份经过。\n", checked.matters)
		printAccount(c.out, &account)
	}
	if breaches > 0 {
		return errFound
	}
	return nil
}

// checked is what a check of everything went over.
type checked struct {
	summary workflow.FsckSummary
	account witness.Account
	matters int // histories of the ledger and of the reports
	lanes   int // tickets with messages that wait
}

// checkAll checks everything that is kept against what else is kept of it.
// trusted are further public keys by which roots may be signed.
func (a *app) checkAll(ctx context.Context, root *cli, now time.Time, trusted []string, report func(workflow.Breach)) (c checked, err error) {
	w, err := root.witness(a.store, now)
	if err != nil {
		return c, err
	}
	w.Trusted = trusted
	w.Looks = append(w.Looks, locker.Under(root.Data, a.keys).Check)
	if c.summary, c.account, err = w.Check(ctx, now, a.book().workflow, report); err != nil {
		return c, err
	}
	if c.matters, err = a.checkBooks(ctx, report); err != nil {
		return c, err
	}
	c.lanes, err = a.outbox(root, slog.New(slog.DiscardHandler)).Fsck(ctx, report)
	return c, err
}

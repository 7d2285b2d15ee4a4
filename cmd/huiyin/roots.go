package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"huiyin/workflow"
	"huiyin/workflow/witness"
)

// witness is who writes down outside the store where each chain ends.
func (root *cli) witness(store *workflow.Store, now time.Time) (*witness.Witness, error) {
	key, err := witness.OpenKey(root.rootsKey(), now)
	if err != nil {
		return nil, err
	}
	return &witness.Witness{Store: store, Key: key, Dir: root.rootsDir(), Second: root.Roots}, nil
}

func (root *cli) rootsKey() string { return filepath.Join(root.Data, "roots.key") }
func (root *cli) rootsDir() string { return filepath.Join(root.Data, "roots") }

// rootsCmd is huiyin roots.
type rootsCmd struct {
	Show   rootsShowCmd   `cmd:"" default:"withargs" help:"现有的根：从何时起、到何时、公钥"`
	Accept rootsAcceptCmd `cmd:"" help:"说明一次恢复或丢失：此后以现在的存储为准，说明永久保留"`
}

type rootsShowCmd struct {
	JSON bool `name:"json" help:"输出 JSON"`
}

// Run tells how far back the roots go.
func (cmd *rootsShowCmd) Run(ctx context.Context, root *cli, c *console) error {
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	w, err := root.witness(a.store, c.now())
	if err != nil {
		return err
	}
	account, err := w.Account(ctx, c.now())
	if err != nil {
		return err
	}
	if cmd.JSON {
		return json.NewEncoder(c.out).Encode(struct {
			witness.Account
			Key    string `json:"key"`
			Dir    string `json:"dir"`
			Second string `json:"second,omitempty"`
		}{account, w.Key.Public(), w.Dir, w.Second})
	}
	fmt.Fprintf(c.out, "公钥：%s\n", w.Key.Public())
	printAccount(c.out, &account)
	return nil
}

// printAccount says what the roots cover, and what was explained.
func printAccount(out io.Writer, account *witness.Account) {
	if account.Roots == 0 {
		fmt.Fprintln(out, "这里还没有根：服务启动后每小时做一个（任务 ledger-root）。")
		return
	}
	fmt.Fprintf(out, "根：到第%d号，从 %s 到 %s，%d 件工单有据可查。\n", account.Roots, clock(account.From), clock(account.To), account.Tickets)
	if account.Unwitnessed > 0 {
		fmt.Fprintf(out, "最近的 %d 步还没有根作证，由下一个根补上。\n", account.Unwitnessed)
	}
	for _, r := range account.Accepted {
		fmt.Fprintf(out, "第%d号根是 %s 于 %s 作的说明，涉及 %d 件：%s\n", r.No, r.By, clock(r.At), r.Tickets, r.Why)
	}
	for _, b := range account.Explained {
		fmt.Fprintf(out, "已由说明解释：%s\n", b)
	}
}

type rootsAcceptCmd struct {
	By   string `help:"谁作的说明" required:"" placeholder:"姓名"`
	Why  string `help:"为什么存储与根不符，例如：硬盘损坏，从某日备份恢复，经谁批准" required:"" placeholder:"原因"`
	JSON bool   `name:"json" help:"输出 JSON"`
}

// Run makes a root that explains what does not agree with those before.
func (cmd *rootsAcceptCmd) Run(ctx context.Context, root *cli, c *console) error {
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	w, err := root.witness(a.store, c.now())
	if err != nil {
		return err
	}
	r, err := w.Accept(ctx, c.now(), a.book().workflow, cmd.By, cmd.Why)
	if err != nil {
		return err
	}
	if cmd.JSON {
		return json.NewEncoder(c.out).Encode(r)
	}
	fmt.Fprintf(c.out, "已记为第%d号根，涉及 %d 件工单。这条说明会一直留在根文件里，每次核对都会显示。\n", r.No, r.Tickets)
	return nil
}

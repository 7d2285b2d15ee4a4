package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"

	"huiyin/web"
)

// appCmd is huiyin app.
type appCmd struct {
	Add     appAddCmd     `cmd:"" help:"新增应用，输出它的密钥（只显示这一次）"`
	List    appListCmd    `cmd:"" default:"1" help:"列出应用"`
	Disable appDisableCmd `cmd:"" help:"停用或恢复应用的密钥"`
}

type appAddCmd struct {
	Name string `arg:"" help:"应用名称，如 市民随手拍"`
}

// Run makes an app and prints its key.
func (cmd *appAddCmd) Run(ctx context.Context, root *cli, c *console) error {
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	app, key, err := web.NewAccounts(a.redis).AddApp(ctx, c.now(), commandLine().ID, cmd.Name)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "已新增应用 %s（编号 %s）。密钥只显示这一次，请交给开发方：\n%s\n", app.Name, app.ID, key)
	return nil
}

type appListCmd struct {
	JSON bool `name:"json" help:"每个应用输出一行 JSON"`
}

// Run lists the apps.
func (cmd *appListCmd) Run(ctx context.Context, root *cli, c *console) error {
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	apps, err := web.NewAccounts(a.redis).Apps(ctx)
	if err != nil {
		return err
	}
	if cmd.JSON {
		for _, app := range apps {
			if err := json.NewEncoder(c.out).Encode(app); err != nil {
				return err
			}
		}
		return nil
	}
	t := table.NewWriter()
	t.SetOutputMirror(c.out)
	t.AppendHeader(table.Row{"编号", "名称", "建立", "谁建的", "状态"})
	for _, app := range apps {
		state := "在用"
		if app.Disabled {
			state = "停用"
		}
		t.AppendRow(table.Row{app.ID, app.Name, clock(app.Created), app.By, state})
	}
	t.Render()
	return nil
}

type appDisableCmd struct {
	ID     string `arg:"" help:"应用编号，见 huiyin app list"`
	Enable bool   `help:"恢复使用"`
}

// Run shuts an app's key, or opens it again.
func (cmd *appDisableCmd) Run(ctx context.Context, root *cli, c *console) error {
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := web.NewAccounts(a.redis).DisableApp(ctx, cmd.ID, !cmd.Enable); err != nil {
		return err
	}
	verb := "停用"
	if cmd.Enable {
		verb = "恢复"
	}
	fmt.Fprintf(c.out, "已%s应用 %s。\n", verb, cmd.ID)
	return nil
}

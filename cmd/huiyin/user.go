package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"golang.org/x/term"

	"huiyin/ticket"
	"huiyin/web"
)

// userCmd is huiyin user.
type userCmd struct {
	Add     userAddCmd     `cmd:"" help:"新增账号；密码从标准输入读，或由系统给出一次性链接"`
	List    userListCmd    `cmd:"" help:"列出账号"`
	Passwd  userPasswdCmd  `cmd:"" help:"重设密码"`
	Disable userDisableCmd `cmd:"" help:"停用或恢复账号"`
}

type userAddCmd struct {
	Login    string   `arg:"" help:"登录名"`
	Name     string   `required:"" help:"姓名"`
	Role     []string `required:"" help:"角色，可多个：operator、unit、supervisor、leader、discipline、admin、auditor、evaluator"`
	Unit     string   `help:"所属承办单位编码"`
	Password bool     `help:"从标准输入读密码；不给则输出一次性设密链接"`
	Origin   string   `help:"链接里写的服务地址" default:"http://127.0.0.1:8080" env:"HUIYIN_ORIGIN" placeholder:"URL"`
}

// Run adds the account, with a password or with a link to set one.
func (cmd *userAddCmd) Run(ctx context.Context, root *cli, c *console) error {
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	account := web.Account{Login: cmd.Login, Name: cmd.Name, Unit: cmd.Unit}
	for _, role := range cmd.Role {
		account.Roles = append(account.Roles, ticket.Role(role))
	}
	if _, ok := a.book().workflow.Units.Find(cmd.Unit); cmd.Unit != "" && !ok {
		return fmt.Errorf("没有编码为 %s 的单位，请核对 units.csv", cmd.Unit)
	}
	accounts := web.NewAccounts(a.redis)
	password := ""
	if cmd.Password {
		if password, err = readPassword(c); err != nil {
			return err
		}
	}
	if err := accounts.Add(ctx, c.now(), account, password); err != nil {
		return err
	}
	if cmd.Password {
		fmt.Fprintf(c.out, "已新增账号 %s。\n", cmd.Login)
		return nil
	}
	token, err := accounts.Invite(ctx, cmd.Login)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "已新增账号 %s。请本人打开此地址设置密码（只能用一次，72小时内有效）：%s/welcome?token=%s\n", cmd.Login, strings.TrimRight(cmd.Origin, "/"), token)
	return nil
}

// readPassword reads a line from the terminal without echo, or from a pipe.
func readPassword(c *console) (string, error) {
	if f, ok := c.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		fmt.Fprint(c.err, "密码：")
		raw, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(c.err)
		return string(raw), err
	}
	line, err := bufio.NewReader(c.in).ReadString('\n')
	line = strings.TrimRight(line, "\r\n")
	if line == "" && err != nil {
		return "", fmt.Errorf("标准输入里没有密码")
	}
	return line, nil
}

type userListCmd struct {
	JSON bool `name:"json" help:"每个账号输出一行 JSON"`
}

// Run lists the accounts.
func (cmd *userListCmd) Run(ctx context.Context, root *cli, c *console) error {
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	accounts, err := web.NewAccounts(a.redis).List(ctx)
	if err != nil {
		return err
	}
	if cmd.JSON {
		for _, account := range accounts {
			account.Hash = "" // not even the hash of a password leaves the store
			if err := json.NewEncoder(c.out).Encode(account); err != nil {
				return err
			}
		}
		return nil
	}
	t := table.NewWriter()
	t.SetOutputMirror(c.out)
	t.AppendHeader(table.Row{"登录名", "姓名", "角色", "单位", "状态"})
	for _, account := range accounts {
		var roles []string
		for _, role := range account.Roles {
			roles = append(roles, role.Name())
		}
		state := "在用"
		if account.Disabled {
			state = "停用"
		}
		t.AppendRow(table.Row{account.Login, account.Name, strings.Join(roles, "、"), a.book().workflow.Units.Name(account.Unit), state})
	}
	t.Render()
	return nil
}

type userPasswdCmd struct {
	Login string `arg:"" help:"登录名"`
}

// Run sets a password read from the terminal or from standard input.
func (cmd *userPasswdCmd) Run(ctx context.Context, root *cli, c *console) error {
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	password, err := readPassword(c)
	if err != nil {
		return err
	}
	if err := web.NewAccounts(a.redis).SetPassword(ctx, cmd.Login, password); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "已重设 %s 的密码。\n", cmd.Login)
	return nil
}

type userDisableCmd struct {
	Login  string `arg:"" help:"登录名"`
	Enable bool   `help:"恢复使用"`
}

// Run disables an account, or lets it in again.
func (cmd *userDisableCmd) Run(ctx context.Context, root *cli, c *console) error {
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := web.NewAccounts(a.redis).Disable(ctx, cmd.Login, !cmd.Enable); err != nil {
		return err
	}
	verb := "停用"
	if cmd.Enable {
		verb = "恢复"
	}
	fmt.Fprintf(c.out, "已%s账号 %s。\n", verb, cmd.Login)
	return nil
}

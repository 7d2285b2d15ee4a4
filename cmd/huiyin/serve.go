package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"strings"
	"time"

	"huiyin/intake"
	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/web"
	"huiyin/workflow/outbox"
	"huiyin/workflow/proposals"
)

// serveCmd is huiyin serve.
type serveCmd struct {
	Addr         string `help:"监听地址" default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Origin       string `help:"前面有反向代理时，对外的地址，如 https://rx.example.gov.cn" placeholder:"URL"`
	Jurisdiction string `help:"Open311 的辖区编号 jurisdiction_id；不给则不核对" env:"HUIYIN_JURISDICTION" placeholder:"ID"`
	Hook12345    string `name:"hook-12345" help:"12345 平台推送的签名密钥（whsec_ 开头，可用逗号分隔新旧两个）" env:"HUIYIN_HOOK_12345" placeholder:"SECRET"`
	Hook12328    string `name:"hook-12328" help:"12328 平台推送的签名密钥" env:"HUIYIN_HOOK_12328" placeholder:"SECRET"`
}

// stopWithin bounds how long a stop waits for requests under way.
const stopWithin = 15 * time.Second

// Run serves until it is told to stop.
func (cmd *serveCmd) Run(ctx context.Context, root *cli, c *console) error {
	log := slog.New(slog.NewJSONHandler(c.err, nil))
	slog.SetDefault(log)
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.bringUp(ctx, c); err != nil {
		return err
	}
	witness, err := root.witness(a.store, c.now()) // makes the key, the first time
	if err != nil {
		return err
	}
	runner, err := a.runner(root, log)
	if err != nil {
		return err
	}
	told := a.outbox(root, log)
	options := cmd.options(a, root, shownJobs{runner}, told, log)
	options.Witness = witness
	backups := &shownBackups{app: a, root: root, log: log, now: c.now, life: ctx}
	defer backups.Wait()
	options.Backups, options.Keeping = backups, a.shownKeeping()
	server, err := web.New(options)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", cmd.Addr)
	if err != nil {
		return fmt.Errorf("地址 %s 用不了，可能已有程序在用：请换一个 --addr", cmd.Addr)
	}
	if err := runner.Start(ctx); err != nil {
		return errors.Join(err, listener.Close())
	}
	go a.followTwins(ctx, log)
	if root.Policy == "" { // --policy stands, whatever is published
		go a.follow(ctx, log)
	}
	defer tell(ctx, told)()
	if err := cmd.greet(ctx, c, server); err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err = <-served:
	case <-ctx.Done():
		fmt.Fprintln(c.err, "正在停止……")
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		err = server.Shutdown(stop)
	}
	return errors.Join(err, runner.Close())
}

func (cmd *serveCmd) options(a *app, root *cli, jobs web.Jobs, told *outbox.Outbox, log *slog.Logger) web.Options {
	hooks := map[ticket.Channel][]string{}
	for channel, secrets := range map[ticket.Channel]string{ticket.Channel12345: cmd.Hook12345, ticket.Channel12328: cmd.Hook12328} {
		if secrets != "" {
			hooks[channel] = strings.Split(secrets, ",")
		}
	}
	base, _ := policyFolder(root.Policy) // opening the service has read it
	return web.Options{
		Amend: web.Amending{
			Default: base, Adopt: a.catchUp,
			InForce:   func() intake.Rules { return a.book().rules() },
			Proposals: func() proposals.Settings { return a.book().proposals },
			Rules: func(folder fs.FS) (intake.Rules, error) {
				book, err := loadRulebook(folder, root.dictionary())
				if err != nil {
					return intake.Rules{}, err
				}
				return book.rules(), nil
			},
		},
		Desk: a.desk, Line: a.line, Redis: a.redis, Keys: a.keys, Source: a.store,
		Mappings: func() intake.Mappings { return a.book().mappings },
		Reports:  func() *reports.Policy { return a.book().reports },
		Jobs:     jobs, Outbox: told, Jurisdiction: cmd.Jurisdiction, Hooks: hooks, Log: log, Origin: cmd.Origin, Version: version(), DataDir: root.Data,
	}
}

// greet prints where to go and how to sign in.
func (cmd *serveCmd) greet(ctx context.Context, c *console, server *web.Server) error {
	address := "http://" + cmd.Addr
	if cmd.Origin != "" {
		address = cmd.Origin
	}
	fmt.Fprintf(c.out, "回音已启动：%s\n", address)
	accounts, err := server.Accounts().List(ctx)
	if err != nil {
		return err
	}
	for _, account := range accounts {
		if account.Sample {
			fmt.Fprintf(c.out, "样例账号 %s（%s），密码 %s\n", account.Login, account.Name, demoPassword)
		}
	}
	if len(accounts) > 0 {
		fmt.Fprintln(c.out, "请用已有账号登录。按 Ctrl+C 停止。")
		return nil
	}
	token, err := server.Accounts().FirstRun(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "第一次使用，请打开此地址建立管理员账号（只能用一次，72小时内有效）：\n%s/welcome?token=%s\n", address, token)
	return nil
}

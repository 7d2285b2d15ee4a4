package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

type benchServiceCmd struct {
	URL     string `name:"url" help:"服务的地址" default:"http://127.0.0.1:8080" placeholder:"URL"`
	Token   string `help:"访问令牌（“我的账号”里生成）；不给则只量不用登录的地址" env:"HUIYIN_TOKEN" placeholder:"TOKEN"`
	Clients int    `help:"几个人同时" default:"50"`
	Seconds int    `help:"每个地址量几秒" default:"5"`
	JSON    bool   `name:"json" help:"每个地址输出一行 JSON"`
}

// Run reads from a running service as fast as its answers come; it changes
// nothing there.
func (cmd *benchServiceCmd) Run(ctx context.Context, c *console) error {
	base, err := url.Parse(strings.TrimRight(cmd.URL, "/"))
	if err != nil || base.Host == "" {
		return misused("--url 应是服务的地址，如 http://127.0.0.1:8080")
	}
	if cmd.Clients < 1 || cmd.Clients > 1024 || cmd.Seconds < 1 || cmd.Seconds > 600 {
		return misused("--clients 应在 1 到 1024 之间，--seconds 应在 1 到 600 之间")
	}
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: cmd.Clients}}
	pages := []struct{ name, title, path string }{{"public", "公开查询页", "/public"}}
	if cmd.Token != "" {
		pages = append(pages, []struct{ name, title, path string }{
			{"list", "一页清单", "/api/v1/tickets?limit=50"},
			{"open", "未办结的清单", "/api/v1/tickets?state=open&limit=50"},
			{"summary", "当前数字", "/api/v1/stats/summary"},
		}...)
	}
	var all []measure
	for _, p := range pages {
		if err := cmd.get(ctx, client, base.String()+p.path); err != nil {
			return fmt.Errorf("%s：%w", p.path, err)
		}
		all = append(all, cmd.load(ctx, client, base.String()+p.path, p.name, p.title))
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return printMeasures(c.out, cmd.JSON, all)
}

func (cmd *benchServiceCmd) load(ctx context.Context, client *http.Client, address, name, title string) measure {
	watch := newStopwatch()
	until := watch.began.Add(time.Duration(cmd.Seconds) * time.Second)
	_ = spread(ctx, cmd.Clients, cmd.Clients, func(ctx context.Context, _ int) error {
		for time.Now().Before(until) && ctx.Err() == nil {
			_ = watch.lap(func() error { return cmd.get(ctx, client, address) }) // counted
		}
		return nil
	})
	return watch.done(name, title, 0)
}

func (cmd *benchServiceCmd) get(ctx context.Context, client *http.Client, address string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	if cmd.Token != "" {
		request.Header.Set("Authorization", "Bearer "+cmd.Token)
	}
	answer, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("连不上服务，请核对 --url")
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return fmt.Errorf("应答中断")
	}
	switch {
	case answer.StatusCode == http.StatusUnauthorized:
		return fmt.Errorf("令牌无效或已失效")
	case answer.StatusCode == http.StatusForbidden:
		return fmt.Errorf("令牌所属的账号没有这项权限")
	case answer.StatusCode >= http.StatusBadRequest:
		return fmt.Errorf("服务答复 %d", answer.StatusCode)
	}
	return nil
}

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"huiyin/intake/sheet/roll"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/steps"
)

// exportCmd is huiyin export.
type exportCmd struct {
	Out      string   `help:"写到哪个文件；- 为标准输出（只用于 csv、jsonl）" short:"o" required:"" placeholder:"FILE"`
	Format   string   `help:"csv、xlsx、parquet、jsonl；不给则看文件的扩展名" placeholder:"FORMAT"`
	Month    string   `help:"哪个月受理的，如 2026-10"`
	State    []string `help:"状态，可多个；open 为所有未办结的"`
	Unit     string   `help:"承办单位编码（主办或协办）"`
	Category string   `help:"类别编码"`
	County   string   `help:"县区"`
	Channel  string   `help:"渠道：12345、12328、xinfang、message、review"`
	Kind     string   `help:"诉求类型：consult、complaint、report、suggest、praise 等"`
	Overdue  bool     `help:"只要已经超期的"`
	JSON     bool     `name:"json" help:"结果用 JSON 说"`
}

// exporter is who reads at the command line: everything but what is hidden from
// all but a few.
var exporter = ticket.Actor{ID: "command", Name: "命令行", Roles: []ticket.Role{ticket.Supervisor}}

// Run writes the tickets that the filters leave.
func (cmd *exportCmd) Run(ctx context.Context, root *cli, c *console) error {
	format := cmd.Format
	if format == "" {
		format = strings.TrimPrefix(filepath.Ext(cmd.Out), ".")
	}
	if !slices.Contains(roll.Formats, format) {
		return misused("看不出要写成什么格式：用 --format 给出 %s 之一", strings.Join(roll.Formats, "、"))
	}
	filter, err := cmd.filter()
	if err != nil {
		return err
	}
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.knows(filter); err != nil {
		return err
	}
	n := 0
	err = toFile(cmd.Out, c.out, func(out io.Writer) error {
		p := a.book().workflow
		w, err := roll.New(out, format, roll.Names{Units: p.Units, Categories: p.Categories})
		if err != nil {
			return err
		}
		err = a.desk.Each(ctx, c.now(), exporter, filter, func(t *ticket.Ticket) error {
			n++
			return w.Add(t)
		})
		return errors.Join(err, w.Close())
	})
	if err != nil {
		return err
	}
	if cmd.JSON {
		return json.NewEncoder(reportTo(cmd.Out, c)).Encode(map[string]any{"file": cmd.Out, "format": format, "tickets": n})
	}
	fmt.Fprintf(reportTo(cmd.Out, c), "已导出 %d 件到 %s。里面没有来电人信息；保密件不含文字，线索件不在其中。\n", n, cmd.Out)
	return nil
}

// standardOutput stands for it in place of a file.
const standardOutput = "-"

// reportTo is where the result is said, so that it does not mix with the list.
func reportTo(file string, c *console) io.Writer {
	if file == standardOutput {
		return c.err
	}
	return c.out
}

func (cmd *exportCmd) filter() (f workflow.Filter, err error) {
	f = workflow.Filter{
		Unit: cmd.Unit, Category: cmd.Category, County: cmd.County, Channel: ticket.Channel(cmd.Channel),
		Kind: ticket.Kind(cmd.Kind), Overdue: cmd.Overdue, SortBy: workflow.SortReceived,
	}
	for _, state := range cmd.State {
		if state == "open" {
			f.States = append(f.States, steps.OpenStates...)
		} else {
			f.States = append(f.States, ticket.State(state))
		}
	}
	if cmd.Month != "" {
		if f.Month, err = ticket.ParseMonth(cmd.Month); err != nil {
			return f, misused("%s", err)
		}
	}
	if f.Channel != "" && !f.Channel.Valid() {
		return f, misused("没有渠道 %s", cmd.Channel)
	}
	if f.Kind != "" && !f.Kind.Valid() {
		return f, misused("没有诉求类型 %s", cmd.Kind)
	}
	return f, nil
}

// knows refuses codes that the policy does not have: they would give an empty
// list that looks like an answer.
func (a *app) knows(f workflow.Filter) error {
	p := a.book().workflow
	if _, ok := p.Units.Find(f.Unit); f.Unit != "" && !ok {
		return misused("没有编码为 %s 的单位，请核对 units.csv", f.Unit)
	}
	if _, ok := p.Categories.Find(f.Category); f.Category != "" && !ok {
		return misused("没有编码为 %s 的类别，请核对 categories.csv", f.Category)
	}
	return nil
}

// toFile writes a file that appears whole or not at all, or to standard output.
func toFile(path string, stdout io.Writer, write func(io.Writer) error) error {
	if path == standardOutput {
		out := bufio.NewWriter(stdout)
		return errors.Join(write(out), out.Flush())
	}
	part := path + ".part"
	file, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("文件 %s 写不了，请检查目录和权限", path)
	}
	defer os.Remove(part)
	out := bufio.NewWriterSize(file, 1<<20)
	if err := errors.Join(write(out), out.Flush(), file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(part, path)
}

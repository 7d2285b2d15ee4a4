package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"huiyin/intake"
	"huiyin/ticket"
)

// importCmd is huiyin import.
type importCmd struct {
	Files   []string `arg:"" name:"file" help:"xlsx、xls 或 csv 文件" `
	Channel string   `required:"" enum:"12345,12328,xinfang,message,review,case" help:"来源渠道：12345、12328、xinfang（信访）、message（留言）、review（好差评）、case（处罚案件）"`
	Mapping string   `help:"表头对照表的名字（mappings 目录下的文件名）；不给则自动识别"`
	Check   bool     `help:"只检查、不导入"`
	JSON    bool     `name:"json" help:"每个文件输出一行 JSON"`
}

// Run imports the files one after the other; the exit code is 1 when rows were
// rejected or a file could not be read.
func (cmd *importCmd) Run(ctx context.Context, root *cli, c *console) error {
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	return cmd.run(ctx, a, c)
}

func (cmd *importCmd) run(ctx context.Context, a *app, c *console) error {
	wrong := false
	if err := a.openTwins().Build(ctx, c.now()); err != nil {
		return err
	}
	for _, file := range cmd.Files {
		bar := progress(c, "导入")
		summary, err := a.line.Import(ctx, c.now(), ticket.Service, file, intake.ImportOptions{
			Channel: ticket.Channel(cmd.Channel), Mapping: cmd.Mapping, Check: cmd.Check, Progress: bar.step,
		})
		bar.finish()
		if err != nil {
			// One bad file does not keep the others out.
			if ctx.Err() != nil {
				return err
			}
			fmt.Fprintf(c.err, "%s：没有导入。", file)
			report(*c, err)
			wrong = true
			continue
		}
		cmd.print(c, summary)
		wrong = wrong || summary.Rejected > 0
	}
	if wrong {
		return errFound
	}
	return nil
}

func (cmd *importCmd) print(c *console, s intake.Summary) {
	if cmd.JSON {
		line, _ := json.Marshal(s)
		fmt.Fprintf(c.out, "%s\n", line)
		return
	}
	verb := "导入"
	if cmd.Check {
		verb = "可导入"
	}
	fmt.Fprintf(c.out, "%s：共 %d 行，%s %d 行，重复 %d 行，退回 %d 行，用时 %.1f 秒。\n",
		s.File, s.Read, verb, s.Accepted, s.Duplicates, s.Rejected, s.Seconds)
	if s.AgainRows > 0 {
		fmt.Fprintf(c.out, "其中 %d 行可能和以前的工单是同一件事，分派时会提示并单。\n", s.AgainRows)
	}
	for _, line := range append(s.Notes, s.Reasons...) {
		fmt.Fprintln(c.out, "  "+line)
	}
	if s.RejectsFile != "" {
		fmt.Fprintf(c.out, "退回的行和原因写在 %s，改好后可再次导入。\n", s.RejectsFile)
	}
}

// bar shows progress on a terminal, and nothing anywhere else.
type bar struct{ shown *progressbar.ProgressBar }

func progress(c *console, title string) *bar {
	if f, ok := c.err.(*os.File); !ok || !term.IsTerminal(int(f.Fd())) {
		return &bar{}
	}
	return &bar{shown: progressbar.NewOptions(-1, progressbar.OptionSetWriter(c.err), progressbar.OptionSetDescription(title),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionClearOnFinish())}
}

func (b *bar) step(done, total int) {
	if b.shown == nil {
		return
	}
	if total > 0 {
		b.shown.ChangeMax(total)
	}
	_ = b.shown.Set(done)
}

func (b *bar) finish() {
	if b.shown != nil {
		_ = b.shown.Finish()
	}
}

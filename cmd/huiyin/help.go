package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/mattn/go-runewidth"
)

// printHelp writes the help in Chinese; kong's own headings are English.
func printHelp(_ kong.HelpOptions, ctx *kong.Context) error {
	node := ctx.Selected()
	if node == nil {
		node = ctx.Model.Node
	}
	w := ctx.Stdout
	if node == ctx.Model.Node {
		fmt.Fprintln(w, "huiyin 回音：投诉热线工单系统。件件有解决，事事有回音。")
	} else {
		fmt.Fprintln(w, node.Help)
	}
	usage := strings.NewReplacer("[flags]", "[选项]", "<command>", "命令").Replace(node.Summary())
	if node == ctx.Model.Node {
		usage = node.Name + " " + strings.TrimSpace(usage)
	} else {
		usage = ctx.Model.Name + " " + usage
	}
	fmt.Fprintf(w, "\n用法：%s\n", usage)
	section(ctx, "命令", commandLines(node))
	section(ctx, "参数", argumentLines(node))
	section(ctx, "选项", flagLines(node))
	return nil
}

func section(ctx *kong.Context, title string, rows [][2]string) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(ctx.Stdout, "\n%s：\n", title)
	width := 0
	for _, r := range rows {
		width = max(width, runewidth.StringWidth(r[0]))
	}
	for _, r := range rows {
		fmt.Fprintf(ctx.Stdout, "  %s  %s\n", runewidth.FillRight(r[0], width), r[1])
	}
}

func commandLines(node *kong.Node) (rows [][2]string) {
	for _, child := range node.Children {
		if !child.Hidden {
			rows = append(rows, [2]string{child.Name, child.Help})
		}
	}
	return rows
}

func argumentLines(node *kong.Node) (rows [][2]string) {
	for _, arg := range node.Positional {
		rows = append(rows, [2]string{arg.Summary(), arg.Help})
	}
	return rows
}

func flagLines(node *kong.Node) (rows [][2]string) {
	for _, group := range node.AllFlags(true) {
		for _, flag := range group {
			help := flag.Help
			if flag.Name == "help" {
				help = "显示帮助"
			}
			if flag.HasDefault && flag.Default != "" {
				help += fmt.Sprintf("（默认 %s）", flag.Default)
			}
			name := "--" + flag.Name
			if !flag.IsBool() {
				name += "=" + flag.FormatPlaceHolder()
			}
			rows = append(rows, [2]string{name, help})
		}
	}
	return rows
}

// usagePhrases turns kong's complaints into Chinese.
var usagePhrases = []struct {
	pattern *regexp.Regexp
	chinese string
}{
	{regexp.MustCompile(`^unknown flag (\S+?)(?:, did you mean (.*))?$`), "没有选项 $1"},
	{regexp.MustCompile(`^unexpected argument (.+?)(?:, did you mean.*)?$`), "不认识 $1"},
	{regexp.MustCompile(`^expected one of (.+)$`), "要写上命令，可以是 $1"},
	{regexp.MustCompile(`^expected "(.+)"$`), "还缺少 $1"},
	{regexp.MustCompile(`^missing flags: (.+)$`), "缺少选项 $1"},
	{regexp.MustCompile(`^(--\S+): expected .*but got (.+)$`), "选项 $1 的值不对：$2"},
	{regexp.MustCompile(`^(--\S+) must be one of (.+) but got (.+)$`), "选项 $1 只能是 $2，不能是 $3"},
}

func usageText(err error) string {
	text := err.Error()
	for _, p := range usagePhrases {
		if p.pattern.MatchString(text) {
			return p.pattern.ReplaceAllString(text, p.chinese)
		}
	}
	return text
}

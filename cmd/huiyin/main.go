// Command huiyin is the service and its tools in one binary. This package
// reads flags and environment and wires the rooms together; it holds no rules.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"
	_ "time/tzdata" // Asia/Shanghai on machines without zone data

	"github.com/alecthomas/kong"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// cli is the whole command line. The names are a promise to scripts.
type cli struct {
	Data   string `help:"数据目录" default:"./data" env:"HUIYIN_DATA" placeholder:"DIR"`
	Redis  string `help:"Redis 地址；不给则用数据目录下自带的存储" env:"HUIYIN_REDIS" placeholder:"URL"`
	Roots  string `help:"根文件的第二处目录，最好在另一台机器上" env:"HUIYIN_ROOTS" placeholder:"DIR"`
	Policy string `help:"政策文件目录；不给则用存储中的现行版本，首次为内置默认" env:"HUIYIN_POLICY" placeholder:"DIR"`

	Backups      string `help:"备份放在哪个目录，最好在另一块盘上；不给则在数据目录的 backups 下" env:"HUIYIN_BACKUPS" placeholder:"DIR"`
	PasswordFile string `help:"备份的密码文件（第一行）；给了就加密，恢复时也要用它" env:"HUIYIN_PASSWORD_FILE" placeholder:"FILE"`

	Segmenter string `help:"分词用哪一个：builtin 内置的（快），gojieba 原版；两者切出的词相同" enum:"builtin,gojieba" default:"builtin" env:"HUIYIN_SEGMENTER" placeholder:"NAME"`

	Serve    serveCmd    `cmd:"" help:"启动服务：接口、工作台、定时任务"`
	Demo     demoCmd     `cmd:"" help:"在空的存储里生成走完全流程的样例工单"`
	Import   importCmd   `cmd:"" help:"把表格导入为工单"`
	Classify classifyCmd `cmd:"" help:"判断一段文字属于哪一类、该派给谁、为什么"`
	Train    trainCmd    `cmd:"" help:"从标注数据学习关键词权重，写成可编辑的词表"`
	Eval     evalCmd     `cmd:"" help:"用标注数据检验分类效果"`
	Check    checkCmd    `cmd:"" help:"检查政策文件，逐条指出文件、行、列"`
	Report   reportCmd   `cmd:"" help:"生成某月、季度、年或任意时段的分析报告"`
	Draw     drawCmd     `cmd:"" help:"抽取某月的回访样本"`
	Job      jobCmd      `cmd:"" help:"查看定时任务，或立即执行一个"`
	Fsck     fsckCmd     `cmd:"" help:"核对整个存储：前后是否一致，有没有被改动、删除、回退"`
	RootsCmd rootsCmd    `cmd:"" name:"roots" help:"存储之外的签名记录：查看，或说明一次恢复"`
	Export   exportCmd   `cmd:"" help:"把工单导出为 csv、xlsx、parquet 或 jsonl，不含来电人信息"`
	Archive  archiveCmd  `cmd:"" help:"把办结已久的工单移到归档文件（Parquet），照样能查、能看、能重办"`
	Backup   backupCmd   `cmd:"" help:"把存储、根、密钥、附件备份成一个文件；服务不用停"`
	Restore  restoreCmd  `cmd:"" help:"把备份恢复到空的数据目录，并逐件核对"`
	Try      tryCmd      `cmd:"" help:"换一套政策重放历史工单，看哪些会变；不改动任何工单"`
	Versions policyCmd   `cmd:"" name:"policy" help:"政策文件的取出、发布与历次版本"`
	App      appCmd      `cmd:"" help:"管理通过 Open311 提交诉求的应用和它们的密钥"`
	Outbox   outboxCmd   `cmd:"" help:"推送给别的系统的消息：还没送到的、成了死信的，重发"`
	User     userCmd     `cmd:"" help:"管理账号"`
	Bench    benchCmd    `cmd:"" help:"量一量这台机器，或正在运行的服务"`
	Version  versionCmd  `cmd:"" help:"程序的版本和它写的存储格式"`
	Config   configCmd   `cmd:"" help:"显示生效的设置（密钥已遮盖）"`
	Sample   sampleCmd   `cmd:"" hidden:"" help:"生成样例工作簿，供压测用"`
}

// console is where a command reads and writes, and what time it takes it to be.
type console struct {
	in       io.Reader
	out, err io.Writer
	now      func() time.Time
}

// errFound makes a command end with 1 after it has said itself what is wrong.
var errFound = errors.New("found something wrong")

const (
	exitDone  = 0
	exitWrong = 1
	exitUsage = 2
)

func main() {
	easeCollection()
	os.Exit(run(os.Args[1:], console{in: os.Stdin, out: os.Stdout, err: os.Stderr, now: time.Now}))
}

// asked takes huiyin help COMMAND for huiyin COMMAND --help.
func asked(args []string) []string {
	if len(args) > 0 && args[0] == "help" {
		return append(slices.Clone(args[1:]), "--help")
	}
	return args
}

func run(args []string, c console) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var root cli
	exit := -1
	parser, err := kong.New(&root,
		kong.Name("huiyin"), kong.Writers(c.out, c.err), kong.Exit(func(code int) { exit = code }),
		kong.Help(printHelp), kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(&root, &c),
	)
	if err != nil {
		fmt.Fprintln(c.err, "程序自身的命令定义有误：", err)
		return exitUsage
	}
	parsed, err := parser.Parse(asked(args))
	if exit >= 0 { // --help has been answered
		return exit
	}
	if err != nil {
		fmt.Fprintf(c.err, "用法不对：%s\n请看 huiyin --help\n", usageText(err))
		return exitUsage
	}
	return report(c, parsed.Run())
}

// usageError is a wrong argument: said like a refusal, but ends with 2.
type usageError string

func (e usageError) Error() string { return string(e) }

func misused(format string, args ...any) error { return usageError(fmt.Sprintf(format, args...)) }

// report says an error to a person and gives the exit code.
func report(c console, err error) int {
	var refusal *ticket.Refusal
	var faults policyfile.Faults
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &usage):
		fmt.Fprintf(c.err, "用法不对：%s\n", usage)
		return exitUsage
	case errors.Is(err, errFound):
		return exitWrong
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(c.err, "已中断。")
		return exitWrong
	case errors.As(err, &faults):
		fmt.Fprintf(c.err, "政策文件有 %d 处问题：\n%s\n", len(faults), faults.Error())
		return exitWrong
	case errors.As(err, &refusal):
		fmt.Fprintln(c.err, refusal.Message)
		for _, f := range refusal.Faults {
			if f.Message == refusal.Message {
				continue
			}
			fmt.Fprintf(c.err, "  %s\n", f.Message)
		}
		return exitWrong
	}
	fmt.Fprintln(c.err, err)
	return exitWrong
}

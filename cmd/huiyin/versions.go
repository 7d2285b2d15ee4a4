package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"

	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow/versions"
)

// policyCmd is huiyin policy.
type policyCmd struct {
	Export  policyExportCmd  `cmd:"" help:"把现行（或某一版）政策文件取到目录"`
	Apply   policyApplyCmd   `cmd:"" help:"检查目录里的政策文件并发布为新的一版"`
	History policyHistoryCmd `cmd:"" help:"列出历次版本"`
	Restore policyRestoreCmd `cmd:"" help:"退回到以前的一版，记为新的一版"`

	Proposal policyProposalCmd `cmd:"" help:"等审定的建议：每月的词表建议、裁定形成的派单规则"`
}

type policyExportCmd struct {
	Dir     string `arg:"" help:"目标目录，须为空或不存在"`
	Version int    `help:"第几版；不给则为现行版本"`
}

// Run writes the files of a version into an empty folder.
func (cmd *policyExportCmd) Run(ctx context.Context, root *cli, c *console) error {
	if entries, err := os.ReadDir(cmd.Dir); err == nil && len(entries) > 0 {
		return fmt.Errorf("目录 %s 里已有文件，请换一个空目录，以免盖掉", cmd.Dir)
	}
	s, err := root.openRedis(ctx, c)
	if err != nil {
		return err
	}
	defer s.Close()
	versions := versions.New(s.redis)
	version := cmd.Version
	if version == 0 {
		if version, err = versions.Head(ctx); err != nil {
			return err
		}
	}
	folder := tables.Default()
	if version > 0 {
		if folder, err = versions.Folder(ctx, version); err != nil {
			return err
		}
	}
	n, err := writeFolder(cmd.Dir, folder)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s 的 %d 个文件已写到 %s。\n", versionName(version), n, cmd.Dir)
	return nil
}

func versionName(version int) string {
	if version == 0 {
		return "内置默认政策"
	}
	return fmt.Sprintf("第 %d 版政策", version)
}

func writeFolder(dir string, folder fs.FS) (n int, err error) {
	err = fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(name) != ".csv" {
			return err
		}
		raw, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		n++
		return os.WriteFile(to, raw, 0o644)
	})
	return n, err
}

type policyApplyCmd struct {
	Dir string `arg:"" help:"政策文件目录" `
	Why string `required:"" help:"为什么改，记入版本，例如：公路积水单列一类" placeholder:"原因"`
}

// Run publishes a folder after it has been checked whole.
func (cmd *policyApplyCmd) Run(ctx context.Context, root *cli, c *console) error {
	folder, err := policyFolder(cmd.Dir)
	if err != nil {
		return err
	}
	if _, err := loadRulebook(folder, root.dictionary()); err != nil {
		return err
	}
	s, err := root.openRedis(ctx, c)
	if err != nil {
		return err
	}
	defer s.Close()
	versions := versions.New(s.redis)
	head, err := versions.Head(ctx)
	if err != nil {
		return err
	}
	version, err := versions.Publish(ctx, c.now(), commandLine(), folder, head, cmd.Why)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "已发布为第 %d 版，运行中的服务会自动换用；不合适时用 huiyin policy restore %d 退回。\n", version, head)
	return nil
}

// commandLine is whoever has the machine: the system's name for them.
func commandLine() ticket.Actor {
	name := "命令行"
	if u, err := user.Current(); err == nil {
		name += "（" + u.Username + "）"
	}
	return ticket.Actor{ID: "command-line", Name: name, Roles: []ticket.Role{ticket.Admin}}
}

type policyHistoryCmd struct {
	JSON bool `name:"json" help:"每版输出一行 JSON"`
}

// Run lists the versions, latest first.
func (cmd *policyHistoryCmd) Run(ctx context.Context, root *cli, c *console) error {
	s, err := root.openRedis(ctx, c)
	if err != nil {
		return err
	}
	defer s.Close()
	history, err := versions.New(s.redis).History(ctx)
	if err != nil {
		return err
	}
	active := "　现行"
	for _, r := range history {
		if cmd.JSON {
			line, _ := json.Marshal(r)
			fmt.Fprintf(c.out, "%s\n", line)
			continue
		}
		fmt.Fprintf(c.out, "第 %d 版　%s　%s　%s%s\n", r.Version, r.At.In(ticket.Shanghai).Format("2006-01-02 15:04"), r.Name, r.Why, active)
		active = ""
	}
	if len(history) == 0 && !cmd.JSON {
		fmt.Fprintln(c.out, "还没有发布过，现行的是内置默认政策。")
	}
	return nil
}

// currentFolder is the policy in force: the folder of --policy, or the store's
// active version, or the built-in default.
func currentFolder(ctx context.Context, root *cli, s *storage) (folder fs.FS, version int, err error) {
	if root.Policy != "" {
		folder, err = policyFolder(root.Policy)
		return folder, 0, err
	}
	versions := versions.New(s.redis)
	if version, err = versions.Head(ctx); err != nil || version == 0 {
		return tables.Default(), 0, err
	}
	folder, err = versions.Folder(ctx, version)
	return folder, version, err
}

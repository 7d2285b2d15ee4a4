package main

import (
	"context"
	"errors"
	"fmt"

	"huiyin/internal/policyfile"
	"huiyin/tables"
	"huiyin/workflow/versions"
)

type policyRestoreCmd struct {
	Version int    `arg:"" help:"退回到第几版；0 是内置默认政策" placeholder:"N"`
	Why     string `required:"" help:"为什么退回，记入版本" placeholder:"原因"`
}

// Run makes an earlier version the policy in force again, as a new version.
func (cmd *policyRestoreCmd) Run(ctx context.Context, root *cli, c *console) error {
	s, err := root.openRedis(ctx, c)
	if err != nil {
		return err
	}
	defer s.Close()
	keeper := versions.New(s.redis)
	head, err := keeper.Head(ctx)
	if err != nil {
		return err
	}
	if cmd.Version < 0 || cmd.Version >= head {
		return misused("现行的是%s，只能退回到它之前的版本；历次版本见 huiyin policy history", versionName(head))
	}
	folder := tables.Default()
	if cmd.Version > 0 {
		if folder, err = keeper.Folder(ctx, cmd.Version); err != nil {
			return err
		}
	}
	var faults policyfile.Faults
	if _, err = loadRulebook(folder, root.dictionary()); errors.As(err, &faults) {
		return fmt.Errorf("%s按现在的程序检查有 %d 处问题，不能直接退回；请用 huiyin policy export --version %d 取出，改好再发布：\n%w",
			versionName(cmd.Version), len(faults), cmd.Version, error(faults))
	} else if err != nil {
		return err
	}
	version, err := keeper.Restore(ctx, c.now(), commandLine(), folder, cmd.Version, head, "退回"+versionName(cmd.Version)+"："+cmd.Why)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "已退回到%s，记为第 %d 版，运行中的服务会自动换用；%s仍留在历次版本里。\n", versionName(cmd.Version), version, versionName(head))
	return nil
}

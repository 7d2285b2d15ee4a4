package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"huiyin/internal/policyfile"
)

// checkCmd is huiyin check.
type checkCmd struct {
	JSON bool `name:"json" help:"每条问题输出一行 JSON"`
}

// Run checks the policy folder; each fault is a line, and the exit code 1.
func (cmd *checkCmd) Run(root *cli, c *console) error {
	folder, err := policyFolder(root.Policy)
	if err != nil {
		return err
	}
	book, err := loadRulebook(folder)
	var faults policyfile.Faults
	if errors.As(err, &faults) {
		for _, f := range faults {
			if cmd.JSON {
				line, _ := json.Marshal(f)
				fmt.Fprintf(c.out, "%s\n", line)
			} else {
				fmt.Fprintln(c.out, f.Error())
			}
		}
		fmt.Fprintf(c.err, "共 %d 处问题。\n", len(faults))
		return errFound
	}
	if err != nil {
		return err
	}
	if !cmd.JSON {
		p := book.workflow
		fmt.Fprintf(c.out, "政策文件没有问题：%d 个单位，%d 个类别，%d 条路由，%d 条时限，日历到 %d 年。\n",
			len(p.Units), len(p.Categories), len(p.Routes), len(p.Limits), lastYear(p.Calendar.Years()))
	}
	return nil
}

func lastYear(years []int) int {
	if len(years) == 0 {
		return 0
	}
	return years[len(years)-1]
}

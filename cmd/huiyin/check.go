package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"huiyin/classify"
	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// checkCmd is huiyin check.
type checkCmd struct {
	All  bool `help:"两类都重的关键词全部列出，不给则只列最要看的几个"`
	JSON bool `name:"json" help:"每条问题输出一行 JSON"`
}

// Run checks the policy folder; each fault is a line, and the exit code 1.
func (cmd *checkCmd) Run(root *cli, c *console) error {
	folder, err := policyFolder(root.Policy)
	if err != nil {
		return err
	}
	book, err := loadRulebook(folder, root.dictionary())
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
		printNotes(c.out, book.classifier)
		for _, n := range p.Notes(ticket.DateOf(c.now())) {
			fmt.Fprintf(c.out, "提醒：%s%s：%s。\n", n.File, lineText(n.Line), n.Text)
		}
		cmd.printConflicts(c.out, book.classifier)
	}
	return nil
}

func lineText(line int) string {
	if line == 0 {
		return ""
	}
	return fmt.Sprintf(" 第%d行", line)
}

// printNotes reminds of the categories that no ticket will ever come to.
func printNotes(w io.Writer, classifier *classify.Classifier) {
	for _, note := range classifier.Notes() {
		fmt.Fprintf(w, "提醒：keywords.csv：%s。\n", note)
	}
}

// shownConflicts are as many as a person reads.
const shownConflicts = 12

// printConflicts reminds of the keywords that speak strongly for several
// categories. It is no fault: 出租车 is rightly a sign of every taxi matter, so
// that those of different groups of categories come first.
func (cmd *checkCmd) printConflicts(w io.Writer, classifier *classify.Classifier) {
	line := classifier.Settings().Conflict
	conflicts := classifier.Lexicon().Conflicts(line)
	if len(conflicts) == 0 {
		return
	}
	fmt.Fprintf(w, "提醒：%d 个关键词在两个以上类别里权重都不低于 %g（classify.csv 的“冲突权重”），请看看是不是有意的：\n", len(conflicts), line)
	shown := conflicts
	if !cmd.All && len(conflicts) > shownConflicts {
		slices.SortStableFunc(conflicts, func(a, b classify.Conflict) int {
			return cmp.Compare(weaker(b, classifier.Categories()), weaker(a, classifier.Categories()))
		})
		shown = conflicts[:shownConflicts]
	}
	for _, conflict := range shown {
		sides := make([]string, len(conflict.Rows))
		for i, k := range conflict.Rows {
			sides[i] = fmt.Sprintf("%s %g（第%d行）", k.Category, k.Weight, k.Line)
		}
		fmt.Fprintf(w, "keywords.csv “%s”：%s\n", conflict.Word, strings.Join(sides, "，"))
	}
	if rest := len(conflicts) - len(shown); rest > 0 {
		fmt.Fprintf(w, "另有 %d 个，加 --all 全部列出。\n", rest)
	}
}

// weaker is the least weight of a conflict between groups of categories: the
// larger, the more the word pulls two ways. Within one group it is 0.
func weaker(c classify.Conflict, categories ticket.Categories) float64 {
	least, groups := c.Rows[0].Weight, map[string]bool{}
	for _, k := range c.Rows {
		category, _ := categories.Find(k.Category)
		groups[category.Group] = true
		least = min(least, k.Weight)
	}
	if len(groups) == 1 {
		return 0
	}
	return least
}

func lastYear(years []int) int {
	if len(years) == 0 {
		return 0
	}
	return years[len(years)-1]
}

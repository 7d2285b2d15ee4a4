package web

import (
	"fmt"
	"slices"
	"strings"

	"huiyin/internal/policyfile"
	"huiyin/workflow/versions"
)

// fileDiff is what differs between two states of a table.
type fileDiff struct {
	File, Title, Summary string
	Rows                 []diffRow
	More                 int // rows that are not listed
}

type diffRow struct {
	Kind  chip
	Where string
	What  string
	Parts []diffPart
}

type diffPart struct{ Name, Before, After string }

// compareFolders lists the tables that differ, at most rows changed rows of
// each.
func compareFolders(before, after *versions.Draft, rows int) []fileDiff {
	var diffs []fileDiff
	names := orderedFiles(after)
	for _, name := range orderedFiles(before) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range names {
		if before.Files[name] == after.Files[name] {
			continue
		}
		if diff := compareFile(name, before, after, rows); diff.Summary != "" {
			diffs = append(diffs, diff)
		}
	}
	return diffs
}

func compareFile(name string, before, after *versions.Draft, rows int) fileDiff {
	diff := fileDiff{File: name, Title: policyFileOf(name).title}
	old, errOld := policyfile.ParseSheet(name, []byte(before.Files[name]))
	now, errNow := policyfile.ParseSheet(name, []byte(after.Files[name]))
	switch {
	case errOld != nil && errNow != nil:
		return diff
	case errOld != nil:
		diff.Summary = fmt.Sprintf("新表，%d 行", len(now.Rows))
		return diff
	case errNow != nil:
		diff.Summary = "整表去掉"
		return diff
	}
	c := policyfile.Compare(old, now)
	diff.Summary = changeSummary(c)
	diff.list(chip{Text: "改", Tone: "blue"}, c.Changed, now.Header, rows)
	diff.list(chip{Text: "增", Tone: "green"}, c.Added, now.Header, rows)
	diff.list(chip{Text: "删", Tone: "red"}, c.Removed, old.Header, rows)
	return diff
}

func changeSummary(c policyfile.Comparison) string {
	var parts []string
	add := func(n int, text string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d 行", text, n))
		}
	}
	add(len(c.Added), "增")
	add(len(c.Changed), "改")
	add(len(c.Removed), "删")
	if c.Reordered {
		parts = append(parts, "调整了顺序")
	}
	if c.Notes {
		parts = append(parts, "改了说明")
	}
	return strings.Join(parts, "，")
}

func (diff *fileDiff) list(kind chip, changes []policyfile.Change, head []string, most int) {
	for _, c := range changes {
		if len(diff.Rows) >= most {
			diff.More++
			continue
		}
		row := diffRow{Kind: kind, Where: fmt.Sprintf("第 %d 行", c.Line)}
		switch {
		case c.Before == nil:
			row.What = rowText(c.After)
		case c.After == nil:
			row.What = rowText(c.Before)
		default:
			row.What = rowText(c.After[:min(2, len(c.After))])
			row.Parts = partsOf(head, c)
		}
		diff.Rows = append(diff.Rows, row)
	}
}

func partsOf(head []string, c policyfile.Change) (parts []diffPart) {
	cell := func(cells []string, i int) string {
		if i >= len(cells) || cells[i] == "" {
			return "（空）"
		}
		return cells[i]
	}
	for i, name := range head {
		if before, after := cell(c.Before, i), cell(c.After, i); before != after {
			parts = append(parts, diffPart{name, before, after})
		}
	}
	return parts
}

func rowText(cells []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(cells), func(cell string) bool { return cell == "" }), "，")
}

// summaryOf is a whole difference in a line.
func summaryOf(diffs []fileDiff) string {
	parts := make([]string, len(diffs))
	for i, d := range diffs {
		parts[i] = d.Title + "：" + d.Summary
	}
	return strings.Join(parts, "；")
}

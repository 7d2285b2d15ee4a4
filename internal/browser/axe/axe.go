// Package axe carries axe-core, which finds what keeps people who use a screen
// reader, a keyboard or large letters from a page. It serves the tests and the
// tools of the developers; no page of the service loads it.
package axe

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
)

// Script is axe-core 4.14.1, unchanged (MPL-2.0, see LICENSE): it defines
// window.axe.
//
//go:embed axe.min.js
var Script string

// Run is a JavaScript expression, a promise of the findings as JSON: the rules
// of WCAG 2.1 A and AA and of good practice, over the whole page.
const Run = `axe.run(document, {resultTypes: ["violations"], runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}})
	.then((r) => JSON.stringify(r.violations.map((v) => ({rule: v.id, impact: v.impact, help: v.help,
		nodes: v.nodes.map((n) => n.target.join(" ") + " " + n.html.slice(0, 160) + " | " + (n.failureSummary || "").split("\n").slice(1).join(";"))}))))`

// Barrier is a rule that a page breaks, and where.
type Barrier struct {
	Rule   string   `json:"rule"`
	Impact string   `json:"impact"`
	Help   string   `json:"help"`
	Nodes  []string `json:"nodes"`
}

// Parse reads what Run gave.
func Parse(found string) ([]Barrier, error) {
	var barriers []Barrier
	if err := json.Unmarshal([]byte(found), &barriers); err != nil {
		return nil, fmt.Errorf("findings of axe-core: %w", err)
	}
	return barriers, nil
}

// String names the rule and the first places.
func (b Barrier) String() string {
	const shown = 4
	return fmt.Sprintf("%s (%s, %d places): %s\n\t%s", b.Rule, b.Impact, len(b.Nodes), b.Help, strings.Join(b.Nodes[:min(len(b.Nodes), shown)], "\n\t"))
}

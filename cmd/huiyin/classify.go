package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"huiyin/classify"
	"huiyin/intake"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/rules"
)

// classifyCmd is huiyin classify.
type classifyCmd struct {
	Texts []string `arg:"" optional:"" name:"text" help:"要判断的文字，一段一个；写 - 则从标准输入逐行读"`
	CSV   string   `name:"csv" help:"判断一个 csv 文件的每一行" placeholder:"FILE"`
	Text  []string `help:"与 --csv 连用：文字所在的列，逗号分隔；给两列时第一列是标题" placeholder:"COL"`
	Why   bool     `help:"说清理由：每个词加了多少分、诉求类型怎么来的、哪些词不算"`
	Not   string   `help:"再说清为什么不是这一类（编码或名称）" placeholder:"CODE"`
	JSON  bool     `name:"json" help:"每段文字输出一行 JSON"`
}

// judged is the JSON of one verdict.
type judged struct {
	Category    string              `json:"category"`
	Name        string              `json:"name"`
	Kind        ticket.Kind         `json:"kind"`
	Confidence  float64             `json:"confidence"`
	Auto        bool                `json:"auto"`
	Lead        string              `json:"lead"`
	Co          []string            `json:"co"`
	Rule        string              `json:"rule,omitempty"`
	Urgency     ticket.Urgency      `json:"urgency,omitempty"`
	Enforcement bool                `json:"enforcement,omitempty"`
	Clue        bool                `json:"clue,omitempty"`
	Hits        []ticket.Hit        `json:"hits"`
	Candidates  []ticket.Candidate  `json:"candidates"`
	Entities    map[string][]string `json:"entities"`
	Risks       []ticket.Risk       `json:"risks"`
	Text        string              `json:"text"` // cleaned: what start and end count in
	Why         *explained          `json:"why,omitempty"`
	verdict     ticket.Verdict
}

// Run judges each text: cleaned, redacted, judged and routed as at intake.
func (cmd *classifyCmd) Run(ctx context.Context, root *cli, c *console) error {
	if (cmd.CSV == "") == (len(cmd.Texts) == 0) {
		return errors.New("请给出要判断的文字，或用 --csv 给出文件（二者选一）")
	}
	folder, err := judgingFolder(ctx, root, c)
	if err != nil {
		return err
	}
	j, err := newJudge(folder, root.dictionary())
	if err != nil {
		return err
	}
	out := bufio.NewWriter(c.out)
	defer out.Flush()
	return cmd.each(c, func(title, content string) error {
		v := j.judge(title, content)
		if cmd.Why || cmd.Not != "" {
			v.Why = j.explain(title, content, cmd.Not)
		}
		return cmd.print(out, j, v)
	})
}

// each calls judge for every text of the command line, the input or the file.
func (cmd *classifyCmd) each(c *console, judge func(title, content string) error) error {
	if cmd.CSV != "" {
		samples, err := classify.ReadSamples(cmd.CSV, classify.Columns{Text: cmd.Text})
		if err != nil {
			return err
		}
		for _, s := range samples {
			if err := judge(s.Title, s.Content); err != nil {
				return err
			}
		}
		return nil
	}
	for _, text := range cmd.Texts {
		if text != "-" {
			if err := judge("", text); err != nil {
				return err
			}
			continue
		}
		if err := eachLine(c.in, judge); err != nil {
			return err
		}
	}
	return nil
}

func eachLine(in io.Reader, judge func(title, content string) error) error {
	lines, read := bufio.NewReader(in), false
	for {
		line, err := lines.ReadString('\n')
		if text := strings.TrimRight(line, "\r\n"); text != "" {
			read = true
			if err := judge("", text); err != nil {
				return err
			}
		}
		switch {
		case err == io.EOF && !read:
			return errors.New("标准输入里没有文字")
		case err == io.EOF:
			return nil
		case err != nil:
			return errors.New("标准输入读不下去了")
		}
	}
}

func (cmd *classifyCmd) print(w io.Writer, j *judge, v judged) error {
	if cmd.JSON {
		return json.NewEncoder(w).Encode(v)
	}
	fmt.Fprintf(w, "类别　　%s（把握 %s，%s）\n", categoryText(v.Category, j.categories()), classify.Sure(v.Confidence), autoText(v.Auto))
	if j.policy != nil { // a learned lexicon knows of no kinds
		fmt.Fprintf(w, "类型　　%s\n", v.Kind.Name())
	}
	if v.Lead != "" {
		fmt.Fprintf(w, "承办　　%s", j.unit(v.Lead))
		for _, co := range v.Co {
			fmt.Fprintf(w, "，配合 %s", j.unit(co))
		}
		fmt.Fprintln(w)
	}
	if v.Rule != "" {
		fmt.Fprintf(w, "依据　　%s\n", v.Rule)
	}
	for _, candidate := range v.Candidates {
		fmt.Fprintf(w, "　%s %.2f 分%s\n", categoryText(candidate.Category, j.categories()), candidate.Score, reasonText(v.Hits, candidate.Category))
	}
	for _, r := range v.Risks {
		fmt.Fprintf(w, "风险　　%s（%s）：%s\n", r.Name, r.Level.Name(), strings.Join(r.Words, "、"))
	}
	var told []string
	for _, e := range v.verdict.Entities {
		if found := strings.TrimSpace(e.Text + " " + e.County); !slices.Contains(told, found) {
			told = append(told, found)
		}
	}
	if len(told) > 0 {
		fmt.Fprintf(w, "识别　　%s\n", strings.Join(told, "、"))
	}
	if v.Why != nil {
		v.Why.print(w, j.policy != nil)
	}
	_, err := fmt.Fprintln(w)
	return err
}

// reasonText lists the keywords that spoke for a category, each once.
func reasonText(hits []ticket.Hit, category string) string {
	var words []string
	seen := map[string]bool{}
	for _, h := range hits {
		if h.Category == category && !seen[h.Keyword] {
			seen[h.Keyword] = true
			words = append(words, fmt.Sprintf("%s %+g", h.Keyword, h.Weight))
		}
	}
	if len(words) == 0 {
		return ""
	}
	return "：" + strings.Join(words, "，")
}

func autoText(auto bool) string {
	if auto {
		return "可自动分派"
	}
	return "转人工分派"
}

// judgingFolder is the policy to judge by: of --policy, in force in the store,
// or, where there is no store yet, the built-in default.
func judgingFolder(ctx context.Context, root *cli, c *console) (fs.FS, error) {
	if _, err := os.Stat(root.Data); root.Policy != "" || root.Redis == "" && err != nil {
		return policyFolder(root.Policy)
	}
	s, err := root.openRedis(ctx, c)
	if err != nil {
		return nil, err
	}
	folder, _, err := currentFolder(ctx, root, s)
	return folder, errors.Join(err, s.Close())
}

// judge judges texts without opening tickets. A folder that holds only a
// learned lexicon judges, but routes nothing.
type judge struct {
	classifier *classify.Classifier
	policy     *rules.Policy
	line       *intake.Line
}

func newJudge(folder fs.FS, dictionary classify.Dictionary) (*judge, error) {
	classifier, err := classify.Load(folder, dictionary)
	if err != nil {
		return nil, err
	}
	j := &judge{classifier: classifier}
	if classifier.Settings().FreeCodes {
		return j, nil
	}
	if j.policy, err = rules.Load(folder, classifier.Categories()); err != nil {
		return nil, err
	}
	j.line = intake.NewLine(workflow.NewDesk(nil, j.policy), classifier, nil)
	return j, nil
}

func (j *judge) categories() ticket.Categories { return j.classifier.Categories() }

func (j *judge) unit(code string) string {
	if j.policy == nil {
		return code
	}
	return cmp.Or(j.policy.Units.Name(code), code)
}

// readable is a ticket's text as it would be kept: cleaned and redacted.
func readable(title, content string) (string, string) {
	title, _ = ticket.Redact(classify.Clean(title))
	content, _ = ticket.Redact(classify.Clean(content))
	return title, content
}

func (j *judge) judge(title, content string) judged {
	title, content = readable(title, content)
	var v ticket.Verdict
	if j.line == nil {
		v = j.classifier.Judge(title, content)
	} else {
		v = j.line.Judge(title, content, "", "")
	}
	out := judged{
		Category: v.Category, Name: j.categories().Name(v.Category), Kind: v.Kind, Confidence: v.Confidence, Auto: v.Auto,
		Lead: v.Lead, Co: v.Co, Rule: v.Rule, Urgency: v.Urgency, Enforcement: v.Enforcement, Clue: v.Clue,
		Hits: v.Hits, Candidates: v.Candidates, Risks: v.Risks, Entities: map[string][]string{},
		Text: ticket.JoinText(title, content), verdict: v,
	}
	if out.Co == nil {
		out.Co = []string{}
	}
	for _, e := range v.Entities {
		out.Entities[string(e.Kind)] = append(out.Entities[string(e.Kind)], e.Norm())
	}
	return out
}

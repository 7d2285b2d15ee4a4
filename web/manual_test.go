package web

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"huiyin/docs"
	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/edition"
	"huiyin/workflow/rating"
	"huiyin/workflow/rectify"
	"huiyin/workflow/sheets"
	"huiyin/workflow/steps"
)

// manualOf is the manual of a role, as it is written.
func manualOf(t *testing.T, r ticket.Role) string {
	t.Helper()
	text, err := fs.ReadFile(docs.Manuals, manualFile(r))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var manualRoles = []ticket.Role{ticket.Operator, ticket.UnitHandler, ticket.Supervisor, ticket.Leader, ticket.Discipline, ticket.Admin, ticket.Auditor}

// consoleWords is all that the console writes: its pages and scripts, and the
// names in the tables of steps, states, categories of policy files and audits.
func consoleWords(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, files := range []fs.FS{templateFiles, staticFiles} {
		err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.Contains(name, "/vendor/") {
				return err
			}
			text, err := fs.ReadFile(files, name)
			all.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	say := func(words ...string) { all.WriteString(strings.Join(words, "\n") + "\n") }
	for _, e := range menu {
		say(e.Title)
	}
	for _, st := range steps.Transitions {
		say(st.Name)
		for _, f := range st.Fields {
			say(f.Label)
		}
	}
	for _, table := range []*dossier.Table{&edition.Table, &rectify.Table, &sheets.Table, &rating.Table} {
		for _, st := range table.Steps {
			say(st.Name)
		}
	}
	for _, s := range ticket.States {
		say(s.State.Name())
	}
	for _, r := range ticket.Roles {
		say(r.Name())
	}
	for _, name := range auditNames {
		say(name)
	}
	return all.String()
}

// sourceOf is the text of the handlers, which name tabs and cards, and of the
// refusals.
func sourceOf(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	more, _ := filepath.Glob("../workflow/refusal/*.go")
	files = append(files, more...)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

var quoted = regexp.MustCompile(`“([^”]+)”`)

// TestManualsNameWhatTheConsoleShows keeps the manuals true: what stands in
// quotation marks is what somebody is to look for on a page.
func TestManualsNameWhatTheConsoleShows(t *testing.T) {
	words := consoleWords(t)
	source := sourceOf(t)
	for _, r := range manualRoles {
		for _, m := range quoted.FindAllStringSubmatch(manualOf(t, r), -1) {
			// A number in the name is that of the moment.
			parts := strings.Split(m[1], " N ")
			for _, part := range parts {
				if !strings.Contains(words, part) && !strings.Contains(source, part) {
					t.Errorf("the manual of %s names “%s”, which no page shows", r, m[1])
				}
			}
		}
	}
}

func TestManualsShowPicturesThatAreThere(t *testing.T) {
	for _, r := range manualRoles {
		title, blocks := readManual(manualOf(t, r))
		pictures := 0
		for _, b := range blocks {
			if b.Kind != "picture" {
				continue
			}
			pictures++
			if _, err := fs.Stat(docs.Manuals, "screens/"+b.Src); err != nil || b.Alt == "" {
				t.Errorf("manual of %s: picture %q (%q): %v", r, b.Src, b.Alt, err)
			}
		}
		if title == "" || pictures == 0 || len(blocks) < 10 {
			t.Errorf("manual of %s: title %q, %d pictures, %d blocks", r, title, pictures, len(blocks))
		}
	}
}

func TestEverybodyIsHelpedFirstInTheirOwnRole(t *testing.T) {
	b := newBureau(t)
	for login, title := range map[string]string{"operator": "话务与分派：", "unit": "承办单位：", "discipline": "纪检：", "evaluator": "审计："} {
		w := b.as(login)
		page := w.get("/help")
		page.has(t, 200, title)
		checkHarmless(t, parse(t, page.body))
	}
	w := b.as("unit")
	w.get("/help/operator").has(t, 200, "<kbd>Enter</kbd>")
	w.get("/help/nobody").has(t, 404)
	w.get("/help/..%2F..%2Foperator").has(t, 404)
	if a := w.get("/help/pictures/triage.png"); a.status != 200 || !strings.HasPrefix(a.body, "\x89PNG") {
		t.Errorf("picture: %d", a.status)
	}
	w.get("/help/pictures/operator.md").has(t, 404)
}

var pdfPage = regexp.MustCompile(`/Type\s*/Page[^s]`)

func TestManualsArePrintedOnTwoSheets(t *testing.T) {
	b := newBureau(t)
	reader := b.operatorAt(b.served(), "operator", "/help")
	for _, r := range manualRoles {
		reader.Open("/help/" + string(r))
		reader.Until(`Array.from(document.images).every((i) => i.complete)`)
		if n := len(pdfPage.FindAll(reader.Paper(), -1)); n != 2 {
			t.Errorf("the manual of %s takes %d pages of A4, not 2", r, n)
		}
	}
}

package web

import (
	"io/fs"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// views is every page and part with the value that it shows.
var views = map[string]any{
	"accounts": accountsView{}, "audit": auditView{}, "dashboard": dashboardView{}, "error": errorView{}, "home": homeView{},
	"import": importView{}, "importing": importingView{}, "jobs": jobsView{}, "lists": listView{}, "login": loginView{}, "me": meView{},
	"new": newView{}, "policy": policyView{}, "public": publicView{}, "queue": queueView{}, "reports": reportsView{}, "search": searchView{},
	"ticket": ticketView{}, "welcome": welcomeView{},
	"policy_draft": draftView{}, "policy_sheet": sheetView{}, "policy_check": checkView{}, "policy_conflicts": conflictsView{}, "policy_try": trialView{},
	"policy_publish": publishView{}, "policy_history": historyView{}, "policy-trial": trialView{},
	"apps": appsView{}, "docs": docsView{}, "outbox": outboxView{}, "notices": noticesView{}, "matters": topicsView{},
	"bounces": bouncesView{}, "cards": cardsView{}, "case": caseView{}, "cases": casesView{}, "digest": digestView{}, "digests": digestsView{},
	"figures": figuresView{}, "ledger": ledgerView{}, "lesson": lessonView{}, "problem": problemView{}, "problems": problemsView{},
	"proposals": proposalsView{}, "reading": readingView{}, "rectification": entryView{}, "reportpart": partView{}, "ruling": rulingView{},
	"help": helpView{}, "sessions": sessionsView{}, "status": statusView{}, "backups": backupsView{}, "about": aboutView{}, "shelf": shelfView{}, "trials": trialsView{}, "why": whyView{},
	"matterpage": matterPageView{}, "callbacks": callbacksView{}, "file": fileView{}, "filed": filedView{},
	"pane": paneView{}, "caller": callerView{}, "judgement": judgementView{}, "importing-part": importingView{}, "toast": problem{},
}

// fragments are parts that stand inside another page.
var fragments = map[string]bool{"pane": true, "caller": true, "judgement": true, "importing-part": true, "toast": true, "policy-trial": true}

const (
	plain   = "示例"
	hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)></textarea></title>javascript:alert(1)𠮷𬎆` +
		"长词长词长词长词长词长词长词长词长词长词长词长词长词长词长词长词长词长词AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\u202e"
)

// fill sets every field of a view: two of each list, text in every string.
func fill(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Float64:
		v.SetFloat(.5)
	case reflect.Slice:
		list := reflect.MakeSlice(v.Type(), 2, 2)
		for i := range 2 {
			fill(list.Index(i), text)
		}
		v.Set(list)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), text)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() && v.Type().Field(i).Name != "None" {
				fill(v.Field(i), text)
			}
		}
	}
}

func filled(zero any, text string) any {
	v := reflect.New(reflect.TypeOf(zero)).Elem()
	v.Set(reflect.ValueOf(zero))
	// Embedded structs are not exported, their fields are.
	copyOf := reflect.NewAt(v.Type(), v.Addr().UnsafePointer()).Elem()
	fillAll(copyOf, text)
	return copyOf.Interface()
}

func fillAll(v reflect.Value, text string) {
	for i := range v.NumField() {
		f := v.Field(i)
		if v.Type().Field(i).Anonymous {
			fillAll(reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Elem(), text)
			continue
		}
		if f.CanSet() && v.Type().Field(i).Name != "None" {
			fill(f, text)
		}
	}
}

func TestEveryPageHasAModelInTheTests(t *testing.T) {
	files, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(file, "templates/"), ".html")
		if _, ok := views[name]; !ok && !strings.HasPrefix(name, "frame_") && !strings.HasPrefix(name, "part_") {
			t.Errorf("page %s is rendered by no test", name)
		}
	}
}

func TestEveryPageStandsEmptyFullAndHostile(t *testing.T) {
	pages := must(loadTemplates(must(loadAssets())))
	for name, zero := range views {
		for model, view := range map[string]any{"empty": zero, "full": filled(zero, plain), "hostile": filled(zero, hostile)} {
			t.Run(name+" "+model, func(t *testing.T) {
				body, err := pages.write(name, view)
				if err != nil {
					t.Fatal(err)
				}
				doc := parse(t, string(body))
				checkHarmless(t, doc)
				checkLabels(t, doc)
				if !fragments[name] {
					checkFrame(t, doc)
				}
				if model == "full" && !strings.Contains(string(body), plain) {
					t.Error("nothing of the model is shown")
				}
			})
		}
	}
}

func parse(t testing.TB, body string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func each(n *html.Node, f func(*html.Node)) {
	if n.Type == html.ElementNode {
		f(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		each(c, f)
	}
}

// schemed is an address that names where it leads, away from the service.
var schemed = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9+.-]*:`)

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// checkHarmless fails on anything that a text could have smuggled in: a script
// of its own, a handler, an address that runs, a style that the policy forbids.
func checkHarmless(t testing.TB, doc *html.Node) {
	t.Helper()
	each(doc, func(n *html.Node) {
		if src, _ := attr(n, "src"); n.Data == "script" && !strings.HasPrefix(src, "/static/") {
			t.Errorf("a script that is not ours: %q", src)
		}
		if src, _ := attr(n, "src"); n.Data == "img" && (strings.HasPrefix(src, "//") || schemed.MatchString(src)) {
			t.Errorf("an image that is not ours: %q", src)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") {
				t.Errorf("handler %s on %s", a.Key, n.Data)
			}
			if a.Key == "style" || n.Data == "style" {
				t.Errorf("inline style on %s", n.Data)
			}
			if (a.Key == "href" || a.Key == "action" || a.Key == "formaction") && strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
				t.Errorf("%s runs a script: %s", a.Key, a.Val)
			}
		}
	})
}

// checkLabels fails on a field without a name for people who do not see it.
func checkLabels(t testing.TB, doc *html.Node) {
	t.Helper()
	labelled := map[string]bool{}
	each(doc, func(n *html.Node) {
		if to, ok := attr(n, "for"); ok && n.Data == "label" {
			labelled[to] = true
		}
	})
	each(doc, func(n *html.Node) {
		kind, _ := attr(n, "type")
		if n.Data != "input" && n.Data != "select" && n.Data != "textarea" || kind == "hidden" {
			return
		}
		id, _ := attr(n, "id")
		_, named := attr(n, "aria-label")
		if !labelled[id] && !named && !inside(n, "label") {
			name, _ := attr(n, "name")
			t.Errorf("%s %q has no label", n.Data, name)
		}
	})
}

func inside(n *html.Node, tag string) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == tag {
			return true
		}
	}
	return false
}

// checkFrame fails on a page without language, title, one heading and a way
// past the menu.
func checkFrame(t testing.TB, doc *html.Node) {
	t.Helper()
	headings, mains, skip := 0, 0, false
	each(doc, func(n *html.Node) {
		switch n.Data {
		case "html":
			if lang, _ := attr(n, "lang"); lang != "zh-CN" {
				t.Errorf("language is %q", lang)
			}
		case "h1":
			headings++
		case "main":
			mains++
		case "a":
			href, _ := attr(n, "href")
			skip = skip || href == "#content"
		}
	})
	if headings != 1 || mains != 1 || !skip {
		t.Errorf("%d h1, %d main, skip link %v; want one, one, true", headings, mains, skip)
	}
}

// checkIDs fails on an id that stands twice.
func checkIDs(t testing.TB, doc *html.Node) {
	t.Helper()
	seen := map[string]bool{}
	each(doc, func(n *html.Node) {
		if id, ok := attr(n, "id"); ok {
			if seen[id] {
				t.Errorf("id %q stands twice", id)
			}
			seen[id] = true
		}
	})
}

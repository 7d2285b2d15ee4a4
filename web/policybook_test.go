package web

import (
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huiyin/internal/policyfile"
	"huiyin/tables"
)

// Every table of the policy is shown, goes out as text and as a workbook, and
// comes back as it was.
func TestEveryTableGoesOutAndComesBackUnchanged(t *testing.T) {
	b := newBureau(t)
	w := b.amender()
	n := 0
	err := fs.WalkDir(tables.Default(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".csv") {
			return err
		}
		n++
		if policyFileOf(name).group == "其他" {
			t.Errorf("nobody is told what %s is for", name)
		}
		file := "file=" + url.QueryEscape(name)
		w.get("/policy/draft/sheet?"+file).has(t, http.StatusOK, policyFileOf(name).title)
		before := b.draftText(name)
		for _, as := range []string{"csv", "xlsx"} {
			got := w.get("/policy/draft/download?" + file + "&as=" + as)
			got.has(t, http.StatusOK)
			w.uploadSheet(name, []byte(got.body)).has(t, http.StatusSeeOther)
			if diff := cmp.Diff(tableOf(t, name, before), tableOf(t, name, b.draftText(name))); diff != "" {
				t.Errorf("%s came back from %s otherwise:\n%s", name, as, diff)
			}
			before = b.draftText(name)
		}
		return nil
	})
	b.check(err)
	if n < 30 {
		t.Errorf("only %d tables found", n)
	}
}

// tableOf is what a table says, comments included, however its cells are quoted.
func tableOf(t *testing.T, name, text string) [][]string {
	t.Helper()
	sheet, err := policyfile.ParseSheet(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	table := [][]string{sheet.Header, sheet.Comments()}
	for _, r := range sheet.Rows {
		table = append(table, r.Cells)
	}
	return table
}

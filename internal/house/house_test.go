// Package house holds the rules of the house: which room may know which, and
// what no file may be or say. They are tests and nothing else.
package house

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "huiyin/"

// mayImport is the table of the house. A room may always import its own
// sub-packages. What is not here is not allowed.
var mayImport = map[string][]string{
	"cmd/huiyin": {
		"classify", "intake", "jobs", "reports", "tables", "ticket", "web", "workflow",
		"internal/backup", "internal/lease", "internal/policyfile", "internal/redisd", "internal/sample", "internal/seal",
	},
	"web":      {"classify", "docs", "intake", "reports", "ticket", "workflow", "internal/policyfile", "internal/seal"},
	"jobs":     {"reports", "ticket", "workflow", "internal/lease"},
	"intake":   {"classify", "ticket", "workflow", "internal/parquet", "internal/policyfile", "internal/seal", "internal/webhook"},
	"reports":  {"ticket", "internal/policyfile"},
	"workflow": {"ticket", "internal/parquet", "internal/policyfile", "internal/seal", "internal/webhook"},
	"classify": {"ticket", "internal/policyfile"},
	"docs":     {},
	"tables":   {},
	"ticket":   {},
	"bench":    {"classify", "intake", "reports", "tables", "ticket", "workflow", "internal/redisd", "internal/sample", "internal/seal"},

	"internal/backup":     {},
	"internal/browser":    {},
	"internal/house":      {},
	"internal/lease":      {},
	"internal/parquet":    {},
	"internal/policyfile": {},
	"internal/redisd":     {},
	"internal/sample":     {"ticket"},
	"internal/screens":    {"internal/browser"},
	"internal/seal":       {},
	"internal/webhook":    {},
}

// Tests may in addition start a store, read the default policy, and make up
// tickets.
var testsMayImport = []string{"internal/browser", "internal/redisd", "internal/sample", "internal/seal", "internal/webhook", "tables"}

// walls are libraries that one place hides from the rest.
var walls = map[string]string{
	"C":                             "classify/jieba",
	"github.com/yanyiwu/gojieba":    "classify/jieba",
	"github.com/gofiber/fiber/":     "web",
	"github.com/danielgtaylor/huma": "web",
	"github.com/go-co-op/gocron/":   "jobs",
	"github.com/robfig/cron/":       "jobs",
	"github.com/alecthomas/kong":    "cmd/huiyin",
}

// source is one Go file of the tree.
type source struct {
	path    string // from the module's root, with slashes
	dir     string
	room    string
	test    bool
	name    string // of the package
	imports []string
	lines   int
	text    string
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// walk calls f for each file of the project; what is built or fetched is not of it.
func walk(t *testing.T, f func(rel, full string)) {
	t.Helper()
	top := root(t)
	err := filepath.WalkDir(top, func(full string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(top, full)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if rel != "." && (d.Name()[0] == '.' && d.Name() != ".ci" || slices.Contains([]string{"bin", "data", "data-demo"}, rel)) {
				return filepath.SkipDir
			}
			return nil
		}
		f(filepath.ToSlash(rel), full)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	walk(t, func(rel, full string) {
		if !strings.HasSuffix(rel, ".go") {
			return
		}
		text, err := os.ReadFile(full)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), full, text, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		s := source{
			path: rel, dir: path.Dir(rel), room: roomOf(path.Dir(rel)), test: strings.HasSuffix(rel, "_test.go"),
			name: file.Name.Name, lines: strings.Count(string(text), "\n"), text: string(text),
		}
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			s.imports = append(s.imports, name)
		}
		all = append(all, s)
	})
	if len(all) < 50 {
		t.Fatalf("only %d files found: the walk is wrong", len(all))
	}
	return all
}

// roomOf is the room to which a folder belongs.
func roomOf(dir string) string {
	first, rest, _ := strings.Cut(dir, "/")
	if first == "internal" || first == "cmd" {
		second, _, _ := strings.Cut(rest, "/")
		return first + "/" + second
	}
	return first
}

func TestRoomsImportOnlyWhatTheHouseAllows(t *testing.T) {
	for _, s := range sources(t) {
		allowed, known := mayImport[s.room]
		if !known {
			t.Errorf("%s: there is no room %q in the house", s.path, s.room)
			continue
		}
		for _, name := range s.imports {
			target, ours := strings.CutPrefix(name, module)
			if !ours {
				continue
			}
			room := roomOf(target)
			if room == s.room || slices.Contains(allowed, room) || s.test && slices.Contains(testsMayImport, room) {
				continue
			}
			t.Errorf("%s imports %s: %s may not know %s", s.path, name, s.room, room)
		}
	}
}

func TestTheNounsNeedTheStandardLibraryOnly(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.room != "ticket" && s.room != "tables" {
			continue
		}
		for _, name := range s.imports {
			if first, _, _ := strings.Cut(name, "/"); strings.Contains(first, ".") {
				t.Errorf("%s imports %s", s.path, name)
			}
		}
	}
}

func TestLibrariesStayBehindTheirWalls(t *testing.T) {
	for _, s := range sources(t) {
		for _, name := range s.imports {
			for library, place := range walls {
				if name != library && (library == "C" || !strings.HasPrefix(name, library)) {
					continue
				}
				if s.dir != place && !strings.HasPrefix(s.dir, place+"/") {
					t.Errorf("%s imports %s, which belongs behind %s", s.path, name, place)
				}
			}
		}
	}
}

func TestFilesAreShortEnoughToRead(t *testing.T) {
	const longest = 400
	for _, s := range sources(t) {
		if s.lines > longest {
			t.Errorf("%s has %d lines, more than %d", s.path, s.lines, longest)
		}
	}
}

func TestPackagesAreNamedForWhatTheyHold(t *testing.T) {
	empty := []string{"util", "utils", "common", "helper", "helpers", "types", "misc", "base", "shared", "lib", "core"}
	for _, s := range sources(t) {
		if slices.Contains(empty, s.name) || slices.Contains(empty, path.Base(s.dir)) || slices.Contains(empty, strings.TrimSuffix(path.Base(s.path), ".go")) {
			t.Errorf("%s: the name says nothing", s.path)
		}
	}
}

func TestNothingIsLeftForLater(t *testing.T) {
	marks := []string{"TO" + "DO", "FIX" + "ME", "XX" + "X:", "HA" + "CK:"}
	for _, s := range sources(t) {
		for _, mark := range marks {
			if strings.Contains(s.text, mark) {
				t.Errorf("%s says %s", s.path, mark)
			}
		}
	}
}

// The project speaks of itself alone: no folder of a machine, no host from
// which packages come.
func TestNoFileNamesAMachineOrARegistry(t *testing.T) {
	foreign := []string{
		"/" + "work/", "/" + "root/", "/" + "farm/", "/" + "tmp/hy", "/" + "home/",
		"proxy." + "golang.org", "deb." + "debian.org", "registry." + "npmjs",
	}
	walk(t, func(rel, full string) {
		text, err := os.ReadFile(full)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range foreign {
			if at := strings.Index(string(text), f); at >= 0 && !binary(text) {
				t.Errorf("%s:%d names %s", rel, 1+strings.Count(string(text[:at]), "\n"), f)
			}
		}
	})
}

func binary(text []byte) bool { return slices.Contains(text[:min(len(text), 8000)], 0) }

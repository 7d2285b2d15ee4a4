package workflow

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"huiyin/ticket"
)

var (
	scriptUses  = regexp.MustCompile(`(KEYS|ARGV)\[(\d+)\]`)
	scriptWrite = regexp.MustCompile(`redis\.call\('(ZREM|ZADD|SETRANGE|XADD|HSET|HSETNX|INCR|SET|DEL|HDEL)'`)
	scriptError = regexp.MustCompile(`error_reply\('([^']*)'`)
)

// TestScriptsKeepTheirContract reads the scripts: the head says what they take,
// they refuse before they write, refuse in two words, and know no state by name.
func TestScriptsKeepTheirContract(t *testing.T) {
	files, err := filepath.Glob("lua/*.lua")
	more, err2 := filepath.Glob("versions/lua/*.lua")
	if err := errors.Join(err, err2); err != nil || len(files) == 0 || len(more) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	files = append(files, more...)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var head, body []string
			for _, line := range strings.Split(string(raw), "\n") {
				if len(body) == 0 && (strings.HasPrefix(line, "--") || strings.HasPrefix(line, "#!")) {
					head = append(head, line)
				} else {
					body = append(body, line)
				}
			}
			contract, code := strings.Join(head, "\n"), strings.Join(body, "\n")
			if head[0] != "#!lua" {
				t.Error("without the #!lua line a server that is out of memory stops half-way")
			}
			for _, part := range []string{"KEYS[1]", "ARGV", "Returns", "Errors"} {
				if !strings.Contains(contract, part) {
					t.Errorf("the head does not tell %s", part)
				}
			}
			for _, use := range scriptUses.FindAllStringSubmatch(code, -1) {
				told := regexp.MustCompile(use[1] + `(\[` + use[2] + `…?\]|\[\d+…\]|  )`)
				if !told.MatchString(contract) {
					t.Errorf("the head does not tell %s", use[0])
				}
			}
			for _, e := range scriptError.FindAllStringSubmatch(code, -1) {
				if !strings.Contains(e[1], " ") {
					t.Errorf("a refusal of one word: %q", e[1])
				}
				if word, _, _ := strings.Cut(e[1], " "); !strings.Contains(contract, word) {
					t.Errorf("the head does not tell the refusal %q", e[1])
				}
			}
			if first := scriptWrite.FindStringIndex(code); first != nil && strings.Contains(code[first[0]:], "error_reply") {
				t.Error("it refuses after it has written")
			}
			for _, s := range ticket.States {
				if strings.Contains(code, string(s.State)) {
					t.Errorf("it knows the state %s by name", s.State)
				}
			}
			if strings.Contains(code, "'TIME'") {
				t.Error("it asks for the clock")
			}
		})
	}
}

package witness

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huiyin/internal/redisd"
	"huiyin/ticket"
	"huiyin/workflow"
)

// told reports whether a breach of the files of roots is told in these words.
func told(breaches []workflow.Breach, words ...string) bool {
	return slices.ContainsFunc(breaches, func(br workflow.Breach) bool {
		return br.Kind == "root" && br.Ticket == "" && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(br.Message, w) })
	})
}

func (b *bureau) file(dir string) string {
	return monthFile(dir, ticket.MonthOf(b.now))
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func write(t testing.TB, path string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsDoneToTheFilesOfRootsIsFound(t *testing.T) {
	b, ids := worked(t)
	b.now = b.now.AddDate(0, 1, 0)
	b.note(ids[5])
	b.root()
	first, second := monthFile(b.witness.Dir, "2026-09"), b.file(b.witness.Dir)
	september, october := read(t, first), read(t, second)
	rows := bytes.SplitAfter(september, []byte("\n"))
	stranger, err := OpenKey(filepath.Join(t.TempDir(), "other.key"), b.now)
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name  string
		cheat func()
		words []string
	}{
		{"the file of an older month removed", func() { _ = os.Remove(first) }, []string{"第1至3号不见了"}},
		{"the file of the latest month removed", func() { _ = os.Remove(second) }, []string{"第4号根", "只到第3号"}},
		{"all files removed", func() { _ = os.RemoveAll(b.witness.Dir) }, []string{"第4号根", "只到第0号"}},
		{"a number changed in a root", func() {
			write(t, first, bytes.Replace(september, []byte(`"no":2`), []byte(`"no":5`), 1))
		}, []string{"被改动过"}},
		{"a time changed in a root", func() {
			write(t, first, bytes.Replace(september, []byte(`"at":"2026-09-02T02`), []byte(`"at":"2026-09-02T01`), 1))
		}, []string{"第1号根", "被改动过"}},
		{"a leaf changed", func() { write(t, first, changeLeaf(t, rows)) }, []string{"与它前面的记录不符"}},
		{"the leaves of a root removed", func() {
			write(t, first, bytes.Join(slices.DeleteFunc(slices.Clone(rows), func(row []byte) bool { return bytes.HasPrefix(row, []byte(`{"of":2`)) }), nil))
		}, []string{"第2号根", "与它前面的记录不符"}},
		{"a root removed with its leaves", func() { write(t, first, without(rows, 2)) }, []string{"第2至2号根不见了"}},
		{"two roots exchanged", func() { write(t, first, exchanged(rows)) }, []string{"次序被改动过"}},
		{"the end cut off", func() { write(t, second, nil) }, []string{"第4号根", "只到第3号"}},
		{"a root signed anew with another key", func() { write(t, first, signedAnew(t, stranger, rows)) }, []string{"不是用这里的密钥签的"}},
		{"a line that is none", func() { write(t, first, append([]byte("{}\n"), september...)) }, []string{"第1行不是根的记录"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.cheat()
			if breaches, _ := b.check(); !told(breaches, c.words...) {
				t.Errorf("not found; breaches are %v", breaches)
			}
			write(t, first, september)
			write(t, second, october)
			b.sound()
		})
	}
}

// changeLeaf changes one byte of the leaves of the second root.
func changeLeaf(t testing.TB, rows [][]byte) []byte {
	rows = slices.Clone(rows)
	for i, row := range rows {
		var l line
		if json.Unmarshal(row, &l) == nil && l.Of == 2 {
			l.Leaves[20] ^= 1
			changed, err := json.Marshal(l)
			if err != nil {
				t.Fatal(err)
			}
			rows[i] = append(changed, '\n')
			break
		}
	}
	return bytes.Join(rows, nil)
}

// part are the lines of one root.
func part(rows [][]byte, no int64) (part, others [][]byte) {
	of := int64(1)
	for _, row := range rows {
		if of == no {
			part = append(part, row)
		} else {
			others = append(others, row)
		}
		if bytes.HasPrefix(row, []byte(`{"root"`)) {
			of++
		}
	}
	return part, others
}

func without(rows [][]byte, no int64) []byte {
	_, others := part(rows, no)
	return bytes.Join(others, nil)
}

func exchanged(rows [][]byte) []byte {
	first, _ := part(rows, 1)
	second, _ := part(rows, 2)
	third, _ := part(rows, 3)
	return bytes.Join(slices.Concat(first, third, second), nil)
}

// signedAnew signs the second root with another key.
func signedAnew(t testing.TB, k *Key, rows [][]byte) []byte {
	rows = slices.Clone(rows)
	for i, row := range rows {
		var l line
		var r Root
		if json.Unmarshal(row, &l) != nil || l.Root == nil || json.Unmarshal(l.Root, &r) != nil || r.No != 2 {
			continue
		}
		again, err := seal(k, &r)
		if err != nil {
			t.Fatal(err)
		}
		rows[i] = append(again, '\n')
	}
	return bytes.Join(rows, nil)
}

func TestARootWhoseWritingBrokeOffIsMadeAgain(t *testing.T) {
	b, ids := worked(t)
	path := b.file(b.witness.Dir)
	whole := read(t, path)
	b.root()
	fourth := read(t, path)[len(whole):]
	for _, left := range []int{1, len(fourth) / 3, bytes.IndexByte(fourth, '\n') + 1, len(fourth) - 1} {
		write(t, path, append(slices.Clone(whole), fourth[:left]...))
		if err := b.rdb.Set(b.ctx, "{meta}:doc:"+b.witness.noteName(), `{"no":3}`, 0).Err(); err != nil {
			t.Fatal(err)
		}
		b.note(ids[0])
		if r := b.root(); r.No != 4 {
			t.Fatalf("after %d bytes of it: %+v", left, r)
		}
		b.sound()
	}
}

func TestRootsAreKeptInTwoPlaces(t *testing.T) {
	b, ids := worked(t)
	b.witness.Second = filepath.Join(t.TempDir(), "elsewhere", "roots")
	b.note(ids[0])
	b.root() // what the second place missed is made up
	b.sound()
	here, there := b.file(b.witness.Dir), b.file(b.witness.Second)
	whole := read(t, here)
	if !bytes.Equal(whole, read(t, there)) {
		t.Error("the two places differ")
	}
	t.Run("the file here lost", func(t *testing.T) {
		if err := os.Remove(here); err != nil {
			t.Fatal(err)
		}
		breaches, account := b.check()
		if !told(breaches, "第二处还有一份") || account.Roots != 4 || len(breaches) != 1 {
			t.Errorf("%v %+v", breaches, account)
		}
		if _, err := b.witness.Root(b.ctx, b.now); !refused(err, "roots_lost") {
			t.Errorf("went on: %v", err)
		}
		write(t, here, whole)
	})
	t.Run("the file here edited", func(t *testing.T) {
		write(t, here, bytes.Replace(whole, []byte(`"no":2`), []byte(`"no":7`), 1))
		b.rdb.Del(b.ctx, b.key(ids[1]))
		if breaches, _ := b.check(); !told(breaches, "被改动过") || !names(breaches, ids[1]) {
			t.Errorf("%v", breaches)
		}
		write(t, here, whole)
	})
	t.Run("the file there edited", func(t *testing.T) {
		changed := bytes.Replace(whole, []byte(`"no":2`), []byte(`"no":7`), 1)
		write(t, there, changed)
		if breaches, _ := b.check(); !told(breaches, "被改动过") {
			t.Errorf("%v", breaches)
		}
		b.now = b.now.Add(time.Hour)
		if _, err := b.witness.Root(b.ctx, b.now); err == nil || !strings.Contains(err.Error(), "不同") {
			t.Errorf("wrote behind an edited file: %v", err)
		}
		if !bytes.Equal(read(t, there), changed) {
			t.Error("the evidence was written over")
		}
	})
}

func TestALostKeyIsExplainedAndOldRootsStayCheckable(t *testing.T) {
	b, ids := worked(t)
	old := b.witness.Key.Public()
	key, err := OpenKey(filepath.Join(t.TempDir(), "roots.key"), b.now)
	if err != nil {
		t.Fatal(err)
	}
	b.witness.Key = key
	if _, err := b.witness.Root(b.ctx, b.now); err == nil {
		t.Error("went on with another key")
	}
	if breaches, _ := b.check(); !told(breaches, "不是用这里的密钥签的") {
		t.Errorf("%v", breaches)
	}
	if _, err := b.witness.Accept(b.ctx, b.now, b.policy, "孟管理", "密钥文件丢失，换了新的"); err != nil {
		t.Fatal(err)
	}
	b.sound()
	b.note(ids[0])
	b.root()
	b.sound()
	b.witness.Trusted = []string{old}
	if breaches, account := b.check(); len(breaches)+len(account.Explained) > 0 || account.From.IsZero() {
		t.Errorf("with the old public key: %v %+v", breaches, account)
	}
}

func TestTheKeyIsMadeOnceAndForNobodyElse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "roots.key")
	first, err := OpenKey(path, wednesday)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	again, err := OpenKey(path, wednesday.AddDate(1, 0, 0))
	if err != nil || again.Public() != first.Public() || len(again.Public()) != 64 {
		t.Errorf("another key: %v", err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKey(path, wednesday); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key for all to read: %v", err)
	}
	write(t, path, []byte("{}"))
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKey(path, wednesday); err == nil || !strings.Contains(err.Error(), "从备份恢复") {
		t.Errorf("a damaged key: %v", err)
	}
}

func TestTwoWhoMakeRootsAtTheSameTimeMakeOneChain(t *testing.T) {
	b, _ := worked(t)
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			for range 5 {
				if _, err := b.witness.Root(b.ctx, b.now); err != nil {
					t.Error(err)
				}
			}
		})
	}
	both.Wait()
	if breaches, account := b.check(); len(breaches) > 0 || account.Roots != 13 {
		t.Errorf("%v %+v", breaches, account)
	}
}

// TestAnOlderFileOfTheStorePutBackIsFound does what somebody would who has the
// machine: stop, copy the store's files back, start.
func TestAnOlderFileOfTheStorePutBackIsFound(t *testing.T) {
	b := newBureau(t)
	dir, kept := t.TempDir(), t.TempDir()
	var server *redisd.Server
	start := func() {
		server = redisd.ForTestDurable(t, dir)
		b.rdb = server.Client()
		b.open()
	}
	stop := func() {
		if err := server.Close(); err != nil {
			t.Fatal(err)
		}
	}
	start()
	early := b.receive()
	b.root()
	stop()
	if err := os.CopyFS(filepath.Join(kept, "store"), os.DirFS(filepath.Join(dir, "store"))); err != nil {
		t.Fatal(err)
	}
	start()
	b.note(early)
	late := b.receive()
	b.root()
	b.sound()
	stop()
	if err := os.RemoveAll(filepath.Join(dir, "store")); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(kept, "store"), filepath.Join(dir, "store")); err != nil {
		t.Fatal(err)
	}
	start()
	if breaches, _ := b.check(); !names(breaches, early, "只有2步") || !names(breaches, late, "没有这件工单") {
		t.Errorf("breaches are %v", breaches)
	}
}

func TestRootsOfACluster(t *testing.T) {
	b := newBureau(t)
	cluster, err := redisd.Connect(redisd.ForTestCluster(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cluster.Close() })
	b.rdb = cluster
	b.open()
	var ids []ticket.ID
	for range 8 {
		ids = append(ids, b.receive())
	}
	b.root()
	b.note(ids[0])
	if r := b.root(); r.Tickets != 1 {
		t.Errorf("%d tickets in the root, want the one that moved", r.Tickets)
	}
	b.sound()
	b.rdb.Del(b.ctx, b.key(ids[3]))
	if breaches, _ := b.check(); !names(breaches, ids[3], "被删除") {
		t.Errorf("breaches are %v", breaches)
	}
}

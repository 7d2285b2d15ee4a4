package redisd

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// written makes a store of three keys, the last by a script that sets two, and
// returns its folder and the file that holds the log.
func written(t *testing.T) (dir, log string) {
	t.Helper()
	dir = t.TempDir()
	s := ForTestDurable(t, dir)
	script := `redis.call('SET', KEYS[1], ARGV[1]) redis.call('SET', KEYS[2], ARGV[1])`
	for _, keys := range [][]string{{"a", "b"}, {"c", "d"}} {
		if err := s.Client().Eval(t.Context(), script, keys, strings.Repeat("值", 20)).Err(); err != nil && err.Error() != "redis: nil" {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(dir, "store", "appendonlydir", "*.incr.aof"))
	if err != nil || len(found) != 1 {
		t.Fatalf("log files %v, %v", found, err)
	}
	return dir, found[0]
}

func change(t *testing.T, path string, f func([]byte) []byte) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b = f(b)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTornEndIsMendedCopiedAndReported(t *testing.T) {
	cases := []struct {
		name string
		harm func([]byte) []byte
		gone bool // the second script's keys went with the end
	}{
		{"zeros behind the last record", func(b []byte) []byte { return append(b, make([]byte, 4096)...) }, false},
		{"half a record and zeros", func(b []byte) []byte {
			return append(append(b, "*3\r\n$3\r\nSET\r\n$100\r\nab"...), make([]byte, 512)...)
		}, false},
		{"cut in the last record", func(b []byte) []byte { return b[:len(b)-3] }, true},
		{"last transaction cut to zeros", func(b []byte) []byte {
			return append(b[:len(b)-60], make([]byte, 60)...)
		}, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir, log := written(t)
			harmed := change(t, log, c.harm)
			var said bytes.Buffer
			s := start(t, Options{Dir: dir, Log: &said})
			n := s.Client().Exists(t.Context(), "a", "b", "c", "d").Val()
			if want := map[bool]int64{false: 4, true: 2}[c.gone]; n != want {
				t.Errorf("%d keys after the repair, want %d", n, want)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(said.String(), "已自动修复") {
				t.Errorf("repair was not reported: %q", said.String())
			}
			copies, _ := filepath.Glob(filepath.Join(dir, "store", "damaged-*", filepath.Base(log)))
			if len(copies) != 1 {
				t.Fatalf("copies %v, want one", copies)
			}
			if kept, _ := os.ReadFile(copies[0]); !bytes.Equal(kept, harmed) {
				t.Error("the copy is not the file as it was")
			}
		})
	}
}

func TestDamageBeforeOtherRecordsIsRefusedAndLeftAlone(t *testing.T) {
	cases := []struct {
		name string
		harm func([]byte) []byte
	}{
		{"zeros over an early record", func(b []byte) []byte {
			at := bytes.Index(b, []byte("SET"))
			copy(b[at-6:], make([]byte, 12))
			return b
		}},
		{"a length that swallows all that follows", func(b []byte) []byte {
			return bytes.Replace(b, []byte("$60\r\n"), []byte("$99999\r\n"), 1)
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir, log := written(t)
			harmed := change(t, log, c.harm)
			_, err := Start(t.Context(), Options{Dir: dir})
			if err == nil || !strings.Contains(err.Error(), "没有自动修复") {
				t.Fatalf("Start = %v, want a refusal", err)
			}
			if now, _ := os.ReadFile(log); !bytes.Equal(now, harmed) {
				t.Error("the damaged file was changed")
			}
		})
	}
}

func TestDamagedBaseIsRefusedWithAWayOut(t *testing.T) {
	dir, log := written(t)
	base, err := filepath.Glob(filepath.Join(filepath.Dir(log), "*.base.rdb"))
	if err != nil || len(base) != 1 {
		t.Fatalf("base files %v, %v", base, err)
	}
	change(t, base[0], func(b []byte) []byte { b[0] = 'X'; return b })
	if _, err := Start(t.Context(), Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "用备份恢复") {
		t.Fatalf("Start = %v", err)
	}
}

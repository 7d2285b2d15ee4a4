// Package aof repairs the end of an append-only file that a power failure left
// torn, and refuses to touch one that is damaged further in.
package aof

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// folderName is the server's default for appenddirname.
const folderName = "appendonlydir"

// Report is what a repair did.
type Report struct {
	Copy  string // where the file lies as it was
	Cut   int64  // bytes that went
	Zeros int64  // of these, zero bytes at the end
}

// String is the report in Chinese.
func (r Report) String() string {
	return fmt.Sprintf("上次断电或强制关机使数据文件末尾不完整，已自动修复：去掉末尾 %d 字节（其中 %d 字节为零，其余是一次没有写完的记录），"+
		"这些都从未向用户确认过；修复前的文件保留在 %s", r.Cut, r.Zeros, r.Copy)
}

// Mend cuts the torn end off the append-only file below store, after keeping a
// copy. The server must not be running. It refuses, in Chinese, when what would
// go is more than a torn end, for then acknowledged records may lie behind it.
func Mend(store string, now time.Time) (Report, error) {
	manifest, err := findManifest(filepath.Join(store, folderName))
	if err != nil {
		return Report{}, err
	}
	file, sound, err := examine(manifest)
	if err != nil {
		return Report{}, err
	}
	rest, err := readFrom(file, sound)
	if err != nil {
		return Report{}, err
	}
	if !Torn(rest) {
		return Report{}, fmt.Errorf("数据文件 %s 从第 %d 字节起损坏，其后还有 %d 字节，可能含有已确认的记录，因此没有自动修复。"+
			"请先备份整个 %s，再用备份恢复；若确认可以放弃其后的记录，执行：redis-check-aof --fix %s",
			file, sound, len(rest), store, manifest)
	}
	keep := filepath.Join(store, "damaged-"+now.UTC().Format("20060102T150405.000Z"))
	if err := copyFiles(keep, manifest, file); err != nil {
		return Report{}, fmt.Errorf("数据文件末尾不完整，修复前需要留一份副本，但写不下（磁盘可能已满）：%w", err)
	}
	if err := fix(manifest); err != nil {
		return Report{}, err
	}
	return Report{
		Copy:  keep,
		Cut:   int64(len(rest)),
		Zeros: int64(len(rest) - len(bytes.TrimRight(rest, "\x00"))),
	}, nil
}

func findManifest(dir string) (string, error) {
	found, err := filepath.Glob(filepath.Join(dir, "*.manifest"))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("数据目录 %s 中应有且只有一个 .manifest 文件，请用备份恢复", dir)
	}
	return found[0], nil
}

var analyzed = regexp.MustCompile(`AOF analyzed: filename=(\S+), size=(\d+), ok_up_to=(\d+),`)

// examine returns the file in which the damage lies and how far it is sound.
// Only the last of the files may be cut.
func examine(manifest string) (file string, sound int64, err error) {
	out, _ := run("", manifest)
	last := ""
	if b, err := os.ReadFile(manifest); err == nil {
		lines := strings.Split(strings.TrimSpace(string(b)), "\n")
		if f := strings.Fields(lines[len(lines)-1]); len(f) > 1 {
			last = f[1]
		}
	}
	all := analyzed.FindAllStringSubmatch(out, -1)
	if len(all) == 0 || all[len(all)-1][1] != last {
		return "", 0, fmt.Errorf("数据文件损坏，且不在最后一个文件的末尾，不能自动修复，请用备份恢复（检查命令：redis-check-aof %s）", manifest)
	}
	sound, err = strconv.ParseInt(all[len(all)-1][3], 10, 64)
	return filepath.Join(filepath.Dir(manifest), last), sound, err
}

func fix(manifest string) error {
	if out, err := run("y\n", "--fix", manifest); err != nil {
		lines := strings.Split(strings.TrimSpace(out), "\n")
		return fmt.Errorf("redis-check-aof 没能修复数据文件（%s）：%w", lines[len(lines)-1], err)
	}
	return nil
}

// run calls the server's own checker.
func run(answer string, args ...string) (string, error) {
	for _, name := range []string{"redis-check-aof", "valkey-check-aof"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		cmd := exec.Command(path, args...)
		cmd.Stdin = strings.NewReader(answer)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	return "", errors.New("没有找到 redis-check-aof，请安装：sudo apt-get install -y redis-tools")
}

func readFrom(path string, offset int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return nil, err
	}
	return io.ReadAll(f)
}

func copyFiles(dir string, paths ...string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, p := range paths {
		if err := copyFile(filepath.Join(dir, filepath.Base(p)), p); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return errors.Join(err, out.Close())
	}
	return errors.Join(out.Sync(), out.Close())
}

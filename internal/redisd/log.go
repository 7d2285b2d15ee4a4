package redisd

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// longestLog is the size at which the server's log is put aside once.
const longestLog = 8 << 20

// journal writes Chinese lines for people.
type journal struct {
	mu   sync.Mutex
	w    io.Writer
	last string
}

func newJournal(w io.Writer) *journal {
	if w == nil {
		w = io.Discard
	}
	return &journal{w: w}
}

// say writes one line; a line that only repeats the last one is left out.
func (j *journal) say(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	j.mu.Lock()
	defer j.mu.Unlock()
	if line == j.last {
		return
	}
	j.last = line
	_, _ = fmt.Fprintf(j.w, "存储：%s\n", line)
}

func (f *folder) logPath() string { return filepath.Join(f.path, logName) }

// turnLog puts a long log aside and returns where new lines will begin.
func (f *folder) turnLog() int64 {
	info, err := os.Stat(f.logPath())
	if err != nil {
		return 0
	}
	if info.Size() > longestLog && os.Rename(f.logPath(), f.logPath()+".1") == nil {
		return 0
	}
	return info.Size()
}

// logSince is the end (at most 64 KiB) of what the server logged after mark.
func (f *folder) logSince(mark int64) string {
	file, err := os.Open(f.logPath())
	if err != nil {
		return ""
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil {
		mark = max(mark, info.Size()-1<<16)
	}
	b, _ := io.ReadAll(io.NewSectionReader(file, mark, 1<<16))
	return string(b)
}

// damaged says whether the server refused its append-only file.
func damaged(said string) bool {
	return strings.Contains(said, "Bad file format reading the append only file") ||
		strings.Contains(said, "Unexpected end of file reading the append only file")
}

// causes are what the server's own words mean and what helps.
var causes = []struct{ said, means string }{
	{"No space left on device", "磁盘已满，存储停止写入；已确认的数据都在，请清理磁盘"},
	{"Read-only file system", "磁盘变为只读，请检查磁盘"},
	{"Input/output error", "磁盘读写出错，请检查磁盘"},
	{"Can't handle RDB format version", "数据由更新版本的 Redis 写成，请安装同样新的 redis-server"},
	{"Wrong signature trying to load DB", "数据基底文件损坏，请用备份恢复"},
	{"RDB CRC error", "数据基底文件损坏，请用备份恢复"},
	{"Internal error in RDB reading", "数据基底文件损坏，请用备份恢复"},
	{"Permission denied", "没有读写数据文件的权限，请检查数据目录的属主"},
	{"Out Of Memory", "内存不足，请增加内存或关闭其他程序"},
	{"FATAL CONFIG FILE ERROR", "这个版本的 redis-server 不认识所需的设置，请安装 7.0 或更新的版本"},
}

// verdict says in Chinese why a server ended.
func verdict(said string, state error, log string) string {
	for _, c := range causes {
		if strings.Contains(said, c.said) {
			return fmt.Sprintf("存储进程退出：%s（详见 %s）", c.means, log)
		}
	}
	how := "正常退出"
	if state != nil {
		how = state.Error()
	}
	return fmt.Sprintf("存储进程意外退出（%s，详见 %s）", how, log)
}

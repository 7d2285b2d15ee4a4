package redisd

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const (
	socketName = "store.sock"
	lockName   = "store.lock"
	logName    = "store.log"
	// longestSocket is what fits in sockaddr_un with its closing NUL.
	longestSocket = 107
)

// folder is Dir/store: the socket, the lock, the log and the append-only file.
type folder struct {
	data   string // the data folder, absolute, as people know it
	path   string // data/store
	socket string // dialable from this process
	handle *os.File
	lock   *os.File
}

func openFolder(data string) (*folder, error) {
	abs, err := filepath.Abs(data)
	if err != nil {
		return nil, fmt.Errorf("数据目录 %s 无法使用：%w", data, err)
	}
	f := &folder{data: abs, path: filepath.Join(abs, "store")}
	if err := os.MkdirAll(f.path, 0o700); err != nil {
		return nil, fmt.Errorf("数据目录 %s 无法建立，请检查上级目录的权限：%w", f.path, err)
	}
	if err := os.Chmod(f.path, 0o700); err != nil {
		return nil, fmt.Errorf("数据目录 %s 不属于当前用户，无法设为仅本人可用：%w", f.path, err)
	}
	if f.handle, err = os.Open(f.path); err != nil {
		return nil, fmt.Errorf("数据目录 %s 无法打开：%w", f.path, err)
	}
	f.socket = filepath.Join(f.path, socketName)
	if len(f.socket) > longestSocket {
		// The kernel follows our own descriptor, however deep the folder lies.
		f.socket = fmt.Sprintf("/proc/self/fd/%d/%s", f.handle.Fd(), socketName)
	}
	f.lock, err = os.OpenFile(filepath.Join(f.path, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		_ = f.handle.Close()
		return nil, fmt.Errorf("数据目录 %s 无法写入，请检查权限：%w", f.path, err)
	}
	return f, nil
}

// tryLock takes the folder without waiting. The server inherits the descriptor,
// so the lock stands until both this process and the server have gone: two
// servers never share a folder, whoever is killed first.
func (f *folder) tryLock() (bool, error) {
	for {
		err := syscall.Flock(int(f.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return true, f.sign()
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		case errors.Is(err, syscall.EINTR):
		default:
			return false, fmt.Errorf("数据目录 %s 所在的文件系统不支持文件锁，请改用本地磁盘：%w", f.data, err)
		}
	}
}

// sign leaves our process number in the lock file, for messages only.
func (f *folder) sign() error {
	if err := f.lock.Truncate(0); err != nil {
		return fmt.Errorf("数据目录 %s 无法写入：%w", f.data, err)
	}
	if _, err := f.lock.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0); err != nil {
		return fmt.Errorf("数据目录 %s 无法写入（磁盘可能已满）：%w", f.data, err)
	}
	return nil
}

// holder is the process number that the lock file names.
func (f *folder) holder() string {
	b, err := os.ReadFile(filepath.Join(f.path, lockName))
	if pid := strings.TrimSpace(string(b)); err == nil && pid != "" {
		return pid
	}
	return "（未知）"
}

func (f *folder) close() error { return errors.Join(f.lock.Close(), f.handle.Close()) }

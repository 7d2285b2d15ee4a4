//go:build cgo

package jieba

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// inMemory puts the files into anonymous memory, which works without any
// writable folder; the library opens them through /proc.
func inMemory(names [5]string, contents [5][]byte) (*unpacked, error) {
	var open []*os.File
	files := &unpacked{close: func() {
		for _, f := range open {
			f.Close()
		}
	}}
	for i, name := range names {
		fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC)
		if err != nil {
			files.close()
			return nil, err
		}
		f := os.NewFile(uintptr(fd), name)
		open = append(open, f)
		files.paths[i] = fmt.Sprintf("/proc/self/fd/%d", fd)
		if _, err := f.Write(contents[i]); err != nil {
			files.close()
			return nil, err
		}
		if _, err := os.Stat(files.paths[i]); err != nil {
			files.close()
			return nil, err
		}
	}
	return files, nil
}

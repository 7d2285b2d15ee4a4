package redisd

import (
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"sync"
)

// ErrMissing is returned when no server program is installed.
var ErrMissing = errors.New("没有找到 redis-server（或 valkey-server），内置存储无法启动。" +
	"请先安装：sudo apt-get install -y redis-server（麒麟、欧拉等：sudo dnf install -y redis）；" +
	"也可以用 --redis 指定已有的 Redis 服务器")

// oldest is the first version whose scripts refuse before the first write when
// memory is short (the #!lua form) and whose log lies in several files.
const oldest = 7

var program = sync.OnceValues(find)

// find looks for the server on the PATH and refuses one that is too old.
func find() (string, error) {
	for _, name := range []string{"redis-server", "valkey-server"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		out, err := exec.Command(path, "--version").Output()
		if err != nil {
			return "", fmt.Errorf("%s 无法运行：%w", path, err)
		}
		if major := majorVersion(string(out)); major < oldest {
			return "", fmt.Errorf("%s 的版本太旧，需要 %d.0 或更新的版本；请升级后再试", path, oldest)
		}
		return path, nil
	}
	return "", ErrMissing
}

var versionText = regexp.MustCompile(`\bv=(\d+)\.`)

func majorVersion(text string) int {
	m := versionText.FindStringSubmatch(text)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

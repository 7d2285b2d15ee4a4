package redisd

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Snapshot writes the store as it is at one moment to w, in Redis' own file
// format (RDB, with its checksum), while the server goes on working. It asks as
// a replica would, so it needs nothing of the server's disk and works for a
// server on another machine. A cluster has no such moment and is refused.
// Errors are Chinese.
func Snapshot(ctx context.Context, c redis.UniversalClient, w io.Writer) error {
	client, ok := c.(*redis.Client)
	if !ok {
		return errors.New("Redis Cluster 没有同一时刻的整体副本，请用集群自己的备份办法，每个主节点一份")
	}
	o := client.Options()
	conn, err := o.Dialer(ctx, o.Network, o.Addr)
	if err != nil {
		return unreachable{err}
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	r := &replica{conn: conn, in: bufio.NewReaderSize(conn, 1<<20)}
	if err := r.greet(o); err != nil {
		return err
	}
	if err := r.copyTo(w); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("取存储的副本时中断：%w", err)
	}
	return nil
}

// replica is a connection that asks for a copy of everything and then leaves.
type replica struct {
	conn net.Conn
	in   *bufio.Reader
}

// answerWithin bounds how long the server may be silent. It sends blank lines
// while it prepares a copy.
const answerWithin = 2 * time.Minute

func (r *replica) ask(words ...string) (string, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "*%d\r\n", len(words))
	for _, word := range words {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(word), word)
	}
	if _, err := r.conn.Write(b.Bytes()); err != nil {
		return "", unreachable{err}
	}
	return r.line()
}

func (r *replica) line() (string, error) {
	for {
		if err := r.conn.SetReadDeadline(time.Now().Add(answerWithin)); err != nil {
			return "", err
		}
		line, err := r.in.ReadString('\n')
		if err != nil {
			return "", unreachable{err}
		}
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			return line, nil
		}
	}
}

func (r *replica) greet(o *redis.Options) error {
	if o.Password != "" {
		words := []string{"AUTH", o.Password}
		if o.Username != "" {
			words = []string{"AUTH", o.Username, o.Password}
		}
		if answer, err := r.ask(words...); err != nil || answer != "+OK" {
			return errors.Join(err, errors.New("Redis 不接受登录密码"))
		}
	}
	// Without it the server writes the copy to its own disk first.
	if _, err := r.ask("REPLCONF", "capa", "eof"); err != nil {
		return err
	}
	// Servers before 7.0 do not know it and send more than is read.
	_, err := r.ask("REPLCONF", "rdb-only", "1")
	return err
}

// endMark is how long the mark at the end of a copy of unknown length is.
const endMark = 40

func (r *replica) copyTo(w io.Writer) error {
	header, err := r.ask("SYNC")
	if err != nil {
		return err
	}
	if mark, streamed := strings.CutPrefix(header, "$EOF:"); streamed && len(mark) == endMark {
		return r.until([]byte(mark), w)
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(header, "$"), 10, 64)
	if err != nil || !strings.HasPrefix(header, "$") {
		return fmt.Errorf("Redis 不给副本（%s），请给所用账号 SYNC、REPLCONF 权限", firstWord(header))
	}
	if err := r.conn.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	_, err = io.CopyN(w, r.in, n)
	return err
}

// until copies what comes before the mark.
func (r *replica) until(mark []byte, w io.Writer) error {
	var held []byte // the last bytes, which may be the mark
	part := make([]byte, 1<<16)
	for {
		if err := r.conn.SetReadDeadline(time.Now().Add(answerWithin)); err != nil {
			return err
		}
		n, err := r.in.Read(part)
		held = append(held, part[:n]...)
		if bytes.HasSuffix(held, mark) {
			_, err := w.Write(held[:len(held)-len(mark)])
			return err
		}
		if err != nil {
			return err
		}
		if sure := len(held) - len(mark); sure > 0 {
			if _, err := w.Write(held[:sure]); err != nil {
				return err
			}
			held = append(held[:0], held[sure:]...)
		}
	}
}

// Plant makes a folder in which no store ever was hold a snapshot, for the next
// Start. It moves the file. Errors are Chinese.
func Plant(dir, snapshot string) error {
	store := filepath.Join(dir, "store")
	log := filepath.Join(store, "appendonlydir")
	if _, err := os.Stat(store); err == nil {
		return fmt.Errorf("%s 里已经有存储", dir)
	}
	if err := os.MkdirAll(log, 0o700); err != nil {
		return fmt.Errorf("目录 %s 建不了：%w", log, err)
	}
	const base = "appendonly.aof.1.base.rdb"
	if err := os.Rename(snapshot, filepath.Join(log, base)); err != nil {
		return fmt.Errorf("存储的副本放不进 %s：%w", log, err)
	}
	manifest := "file " + base + " seq 1 type b\n"
	if err := os.WriteFile(filepath.Join(log, "appendonly.aof.manifest"), []byte(manifest), 0o600); err != nil {
		return fmt.Errorf("目录 %s 写不了：%w", log, err)
	}
	return nil
}

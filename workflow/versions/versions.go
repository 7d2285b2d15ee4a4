// Package versions keeps the published policy folders of a bureau in its store,
// and the drafts of those who edit them.
package versions

import (
	"archive/zip"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
)

// Keeper keeps every published policy folder in the store, so that all
// instances follow the same one, each ticket can tell which one judged it, and
// an earlier one can be brought back.
type Keeper struct{ rdb redis.UniversalClient }

// New reads and writes the versions of a store.
func New(rdb redis.UniversalClient) *Keeper { return &Keeper{rdb: rdb} }

const (
	policyHead    = "{policy}:head"
	policyFolders = "{policy}:folders"
	policyLog     = "{policy}:log"
)

// Record tells who published a version, when and why.
type Record struct {
	Version int       `json:"version"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Name    string    `json:"name"`
	Why     string    `json:"why"`
	From    int       `json:"from"` // the version that it changed, or that it brings back
}

//go:embed lua/publish.lua
var publishSource string

var publishScript = redis.NewScript(publishSource)

// policyFolderMax bounds a folder; 200,000 keywords take about 10 MB.
const policyFolderMax = 64 << 20

// Head is the number of the active version, 0 before the first.
func (v *Keeper) Head(ctx context.Context) (int, error) {
	n, err := v.rdb.Get(ctx, policyHead).Int()
	if errors.Is(err, redis.Nil) {
		return 0, nil
	}
	return n, err
}

// Folder is the policy folder of a version. ErrNotFound when there is none.
func (v *Keeper) Folder(ctx context.Context, version int) (fs.FS, error) {
	raw, err := v.rdb.HGet(ctx, policyFolders, strconv.Itoa(version)).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, ticket.Refuse(ticket.ErrNotFound, "no_version", "没有第 %d 版政策", version)
	}
	if err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
}

// History lists the versions, latest first.
func (v *Keeper) History(ctx context.Context) ([]Record, error) {
	lines, err := v.rdb.LRange(ctx, policyLog, 0, -1).Result()
	if err != nil {
		return nil, err
	}
	records := make([]Record, len(lines))
	for i, line := range lines {
		if err := json.Unmarshal([]byte(line), &records[len(lines)-1-i]); err != nil {
			return nil, fmt.Errorf("versions: policy log: %w", err)
		}
	}
	return records, nil
}

// Publish stores a folder as the next version and makes it active. from is the
// version that the publisher started from; ErrConflict when another was
// published since. The folder must have been checked before.
func (v *Keeper) Publish(ctx context.Context, now time.Time, actor ticket.Actor, folder fs.FS, from int, why string) (int, error) {
	return v.add(ctx, folder, from, Record{At: now.UTC(), By: actor.ID, Name: actor.Name, Why: why, From: from})
}

// Restore makes an earlier folder active again, as the version after head.
// Errors are those of Publish.
func (v *Keeper) Restore(ctx context.Context, now time.Time, actor ticket.Actor, folder fs.FS, earlier, head int, why string) (int, error) {
	return v.add(ctx, folder, head, Record{At: now.UTC(), By: actor.ID, Name: actor.Name, Why: why, From: earlier})
}

func (v *Keeper) add(ctx context.Context, folder fs.FS, head int, r Record) (int, error) {
	if strings.TrimSpace(r.Why) == "" {
		return 0, ticket.Refuse(ticket.ErrInvalid, "missing_reason", "请写明这次为什么改")
	}
	packed, err := pack(folder)
	if err != nil {
		return 0, err
	}
	r.Version = head + 1
	record, err := json.Marshal(r)
	if err != nil {
		return 0, err
	}
	keys := []string{policyHead, policyFolders, policyLog}
	n, err := publishScript.Run(ctx, v.rdb, keys, head, r.Version, packed, record).Int()
	if err != nil && strings.HasPrefix(err.Error(), "STALE ") {
		return 0, ticket.Refuse(ticket.ErrConflict, "stale_policy", "别人已经发布了新的政策版本，请先看他改了什么，再重新提交")
	}
	return n, err
}

func errPolicyTooLarge() error {
	return ticket.Refuse(ticket.ErrInvalid, "policy_too_large", "政策文件合计超过 64 MB，放不下")
}

// pack makes the same bytes of the same files.
func pack(folder fs.FS) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	total := int64(0)
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".csv" {
			return err
		}
		f, err := folder.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		to, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		n, err := io.Copy(to, io.LimitReader(f, policyFolderMax))
		if total += n; total >= policyFolderMax {
			return errPolicyTooLarge()
		}
		return err
	})
	if err = errors.Join(err, w.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

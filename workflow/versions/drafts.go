package versions

import (
	"archive/zip"
	"bytes"
	"context"
	_ "embed"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/refusal"
)

// Draft is somebody's edited copy of the policy folder, in force nowhere.
type Draft struct {
	Base  int       // the version that it started from
	Rev   int64     // grows with every change
	At    time.Time // of the last change
	Files map[string]string
	// Carries are the proposals whose rows were put in: with the draft they
	// are published.
	Carries []string
}

//go:embed lua/draft.lua
var draftSource string

var draftScript = redis.NewScript(draftSource)

// draftKey lies beside the published versions.
func draftKey(login string) string { return "{policy}:draft:" + login }

const draftFile = "file:" // and the name: a field of the hash

// NewDraft copies a folder. It is not in the store until it is put there.
func NewDraft(base int, folder fs.FS) (*Draft, error) {
	d := &Draft{Base: base, Files: map[string]string{}}
	return d, fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".csv" {
			return err
		}
		text, err := fs.ReadFile(folder, name)
		d.Files[name] = string(text)
		return err
	})
}

// Names are the files of a draft, sorted.
func (d *Draft) Names() []string { return slices.Sorted(maps.Keys(d.Files)) }

// Folder is the draft as the loaders read it.
func (d *Draft) Folder() (fs.FS, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range d.Names() {
		to, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			return nil, err
		}
		if _, err := to.Write([]byte(d.Files[name])); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
}

// Draft is somebody's draft; ErrNotFound when there is none.
func (v *Keeper) Draft(ctx context.Context, login string) (*Draft, error) {
	fields, err := v.rdb.HGetAll(ctx, draftKey(login)).Result()
	if err != nil {
		return nil, refusal.Of("", err)
	}
	if len(fields) == 0 {
		return nil, ticket.Refuse(ticket.ErrNotFound, "no_draft", "还没有草稿")
	}
	d := &Draft{Files: map[string]string{}}
	d.Base, _ = strconv.Atoi(fields["base"])
	d.Rev, _ = strconv.ParseInt(fields["rev"], 10, 64)
	d.At, _ = time.Parse(time.RFC3339, fields["at"])
	d.Carries = strings.Fields(fields["carries"])
	for field, text := range fields {
		if name, ok := strings.CutPrefix(field, draftFile); ok {
			d.Files[name] = text
		}
	}
	return d, nil
}

// PutDraft writes the named files of a draft, or the whole draft when none is
// named, and moves its Rev on. ErrConflict when the draft was changed since it
// was read; ErrInvalid when it is too large.
func (v *Keeper) PutDraft(ctx context.Context, now time.Time, login string, d *Draft, names ...string) error {
	total := 0
	for _, text := range d.Files {
		total += len(text)
	}
	if total >= policyFolderMax {
		return errPolicyTooLarge()
	}
	whole := "0"
	if len(names) == 0 {
		names, whole = d.Names(), "1"
	}
	args := []any{d.Rev, whole, "base", d.Base, "at", now.UTC().Format(time.RFC3339), "carries", strings.Join(d.Carries, " ")}
	for _, name := range names {
		args = append(args, draftFile+name, d.Files[name])
	}
	rev, err := draftScript.Run(ctx, v.rdb, []string{draftKey(login)}, args...).Int64()
	if err != nil && strings.HasPrefix(err.Error(), "STALE ") {
		return ticket.Refuse(ticket.ErrConflict, "stale_draft", "草稿刚在别的窗口里改过，请刷新后再改")
	}
	if err != nil {
		return refusal.Of("", err)
	}
	d.Rev, d.At = rev, now
	return nil
}

// Carry notes that a proposal's rows were put in.
func (d *Draft) Carry(proposal string) {
	if !slices.Contains(d.Carries, proposal) {
		d.Carries = append(d.Carries, proposal)
	}
}

// DropDraft throws somebody's draft away.
func (v *Keeper) DropDraft(ctx context.Context, login string) error {
	return refusal.Of("", v.rdb.Del(ctx, draftKey(login)).Err())
}

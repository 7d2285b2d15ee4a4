package web

import (
	"net/http"
	"path/filepath"
	"testing"

	"huiyin/workflow/witness"
)

func TestAnAuditorSeesTheLatestRootAndTheKey(t *testing.T) {
	dir := t.TempDir()
	key := must(witness.OpenKey(filepath.Join(dir, "roots.key"), monday))
	w := &witness.Witness{Key: key, Dir: filepath.Join(dir, "roots")}
	b := newBureau(t, func(o *Options) {
		w.Store = o.Desk.Store()
		o.Witness = w
	})
	b.as("auditor").get("/audit").has(t, http.StatusOK, "还没有根", key.Public())
	root := must(w.Root(b.ctx, b.now()))
	b.as("auditor").get("/audit").has(t, http.StatusOK, "账本留根", root.Hash(), key.Public())
}

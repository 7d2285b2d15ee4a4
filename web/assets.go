package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"io/fs"
	"mime"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
)

//go:embed static
var staticFiles embed.FS

// assets are the embedded files, compressed once. Their addresses carry a
// digest of the content, so that a browser keeps them for a year.
type assets struct {
	files map[string]asset // by path under static/
}

type asset struct {
	plain, packed []byte // packed is nil when it would save nothing
	kind, version string
}

func loadAssets() (*assets, error) {
	a := &assets{files: map[string]asset{}}
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		plain, err := staticFiles.ReadFile(name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(plain)
		file := asset{plain: plain, kind: mime.TypeByExtension(path.Ext(name)), version: hex.EncodeToString(sum[:6])}
		if strings.HasPrefix(file.kind, "text/") || strings.Contains(file.kind, "javascript") || strings.Contains(file.kind, "svg") {
			file.packed = pack(plain)
		}
		a.files[strings.TrimPrefix(name, "static/")] = file
		return nil
	})
	return a, err
}

func pack(plain []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	_, err := w.Write(plain)
	if errors.Join(err, w.Close()) != nil || b.Len() >= len(plain) {
		return nil
	}
	return b.Bytes()
}

// address is the versioned address of a file.
func (a *assets) address(name string) string {
	return "/static/" + name + "?v=" + a.files[name].version
}

func (s *Server) serveAsset(v *visit) error {
	name := v.Params("*")
	file, ok := s.static.files[name]
	if !ok {
		return ticket.Refuse(ticket.ErrNotFound, "no_page", "没有这个文件")
	}
	v.Set(fiber.HeaderContentType, file.kind)
	v.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	if v.Query("v") == file.version {
		v.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	} else {
		v.Set(fiber.HeaderCacheControl, "no-cache")
	}
	if file.packed != nil && strings.Contains(v.Get(fiber.HeaderAcceptEncoding), "gzip") {
		v.Set(fiber.HeaderContentEncoding, "gzip")
		return v.Send(file.packed)
	}
	return v.Send(file.plain)
}

package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
)

//go:embed templates/*.html
var templateFiles embed.FS

// templates holds one set a page: the layout, the shared parts, and the page.
// A page file defines "content" (in the console), or "door" (for strangers); a
// part file defines fragments by their names.
type templates struct {
	pages map[string]pageTemplate
	parts *template.Template
}

type pageTemplate struct {
	*template.Template
	frame string // "console" or "outside"
}

func loadTemplates(static *assets) (*templates, error) {
	funcs := template.FuncMap{
		"asset": static.address,
		"icon":  func(name string) iconView { return iconView{Name: name, File: static.address("icons.svg")} },
		"list":  func(items ...string) []string { return items },
		"dict":  dict,
		"short": func(cell string) bool { return utf8.RuneCountInString(cell) <= unbroken },
	}
	parts := template.New("parts").Funcs(funcs).Option("missingkey=error")
	if _, err := parts.ParseFS(templateFiles, "templates/frame_*.html", "templates/part_*.html"); err != nil {
		return nil, err
	}
	t := &templates{pages: map[string]pageTemplate{}, parts: parts}
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	for _, file := range names {
		name := strings.TrimSuffix(strings.TrimPrefix(file, "templates/"), ".html")
		if strings.HasPrefix(name, "frame_") || strings.HasPrefix(name, "part_") {
			continue
		}
		source, err := templateFiles.ReadFile(file)
		if err != nil {
			return nil, err
		}
		page, err := template.Must(parts.Clone()).Parse(string(source))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		frame := "console"
		if bytes.Contains(source, []byte(`{{define "door"}}`)) {
			frame = "outside"
		}
		t.pages[name] = pageTemplate{page, frame}
	}
	return t, nil
}

// unbroken is the length up to which a cell of a policy table is never broken
// into two lines.
const unbroken = 6

type iconView struct{ Name, File string }

// dict makes a map of pairs, to hand several values to a part.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict: %d values are no pairs", len(pairs))
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		m[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return m, nil
}

// write renders a page (in its frame) or, when there is no page of that name,
// the part of that name.
func (t *templates) write(name string, view any) ([]byte, error) {
	var b bytes.Buffer
	if page, ok := t.pages[name]; ok {
		err := page.ExecuteTemplate(&b, page.frame, view)
		return b.Bytes(), err
	}
	err := t.parts.ExecuteTemplate(&b, name, view)
	return b.Bytes(), err
}

// render answers with a page or a part. Nothing is sent of a page that fails.
func (s *Server) render(c *fiber.Ctx, name string, view any) error {
	body, err := s.pages.write(name, view)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(body)
}

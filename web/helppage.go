package web

import (
	"io/fs"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huiyin/docs"
	"huiyin/ticket"
)

// helpView is the manual of a role.
type helpView struct {
	page
	Manuals []tabView
	Blocks  []manualBlock
}

// helpRoutes are the addresses of the manuals.
func (s *Server) helpRoutes() []route {
	return []route{
		{fiber.MethodGet, "/help", consoleDoor, self, s.helpPage},
		{fiber.MethodGet, "/help/:role", consoleDoor, self, s.helpPage},
		{fiber.MethodGet, "/help/pictures/:name", consoleDoor, self, s.helpPicture},
	}
}

// helpPage shows the manual that is asked for, or else that of the viewer's
// first role which has one.
func (s *Server) helpPage(v *visit) error {
	view := helpView{page: s.page(v, "帮助", "/help")}
	wanted := ticket.Role(v.Params("role"))
	for _, r := range ticket.Roles {
		if _, err := fs.Stat(docs.Manuals, manualFile(r)); err != nil {
			continue
		}
		if wanted == "" && v.actor.Has(r) {
			wanted = r
		}
		view.Manuals = append(view.Manuals, tabView{Name: string(r), Title: r.Name(), Href: "/help/" + string(r)})
	}
	if wanted == "" {
		wanted = ticket.Auditor
	}
	text, err := fs.ReadFile(docs.Manuals, manualFile(wanted))
	if err != nil {
		return ticket.Refuse(ticket.ErrNotFound, "no_page", "没有这个角色的说明")
	}
	for i := range view.Manuals {
		view.Manuals[i].Current = view.Manuals[i].Name == string(wanted)
	}
	view.Sub, view.Blocks = readManual(string(text))
	return s.render(v.Ctx, "help", view)
}

func manualFile(r ticket.Role) string { return "manual/" + path.Base(string(r)) + ".md" }

// helpPicture sends a picture of a manual.
func (s *Server) helpPicture(v *visit) error {
	name := v.Params("name")
	picture, err := fs.ReadFile(docs.Manuals, "screens/"+path.Base(name))
	if err != nil || !strings.HasSuffix(name, ".png") {
		return ticket.Refuse(ticket.ErrNotFound, "no_page", "没有这幅图")
	}
	v.Set(fiber.HeaderContentType, "image/png")
	v.Set(fiber.HeaderCacheControl, "private, max-age=3600")
	return v.Send(picture)
}

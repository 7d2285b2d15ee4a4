package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huiyin/internal/seal"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/filetype"
	"huiyin/workflow/locker"
	"huiyin/workflow/permit"
)

// attachmentRoutes are the addresses of the files of tickets.
func (s *Server) attachmentRoutes() []route {
	get, post := fiber.MethodGet, fiber.MethodPost
	add := permit.Step(ticket.StepAttach)
	return []route{
		{post, "/tickets/:id/attachments", consoleDoor, add, s.addAttachments},
		{get, "/tickets/:id/attachments/:sum", consoleDoor, permit.Read, s.attachment},
		{get, "/tickets/:id/attachments/:sum/small", consoleDoor, permit.Read, s.smallAttachment},
		{post, "/api/v1/tickets/:id/attachments", apiDoor, add, s.apiAttach},
		{get, "/api/v1/tickets/:id/attachments/:sum", apiDoor, permit.Read, s.attachment},
		{get, "/public/new", openDoor, "", s.filePage},
		{post, "/public/new", openDoor, "", s.fileMatter},
		{get, "/public/filed", openDoor, "", s.filedPage},
	}
}

var errNoLocker = ticket.Refuse(ticket.ErrIllegal, "no_files", "这台服务没有配置附件的存放处")

// readTicket is a ticket as the viewer may see it: of files that they may not
// see, not even the names.
func (s *Server) readTicket(v *visit) (t ticket.Ticket, hidden int, err error) {
	if t, err = s.Desk.Ticket(v.ctx(), v.actor, ticket.ID(v.Params("id"))); err != nil {
		return t, 0, err
	}
	return t, permit.HideFiles(v.actor, &t), nil
}

// addAttachments takes files from the ticket's page: a script of the page is
// answered with the new list, a person with the page.
func (s *Server) addAttachments(v *visit) error {
	id := ticket.ID(v.Params("id"))
	before, err := s.Desk.Ticket(v.ctx(), v.actor, id)
	if err != nil {
		return err
	}
	fields := map[string]string{ticket.PurposeField: v.FormValue(ticket.PurposeField), ticket.NoteField: strings.TrimSpace(v.FormValue(ticket.NoteField))}
	after, err := s.attach(v, &before, v.FormValue("request"), fields)
	script := v.Get("X-Fragment") == "true"
	request := workflow.Request{Ticket: id, Step: ticket.StepAttach, Fields: fields}
	switch {
	case err != nil && script:
		return s.fragmentProblem(v, request, err)
	case err != nil:
		return s.keepDraft(v, request, err)
	case !script:
		return v.Redirect("/tickets/"+string(id)+"?done=attach&no="+string(id)+"#attachments", fiber.StatusSeeOther)
	}
	hidden := permit.HideFiles(v.actor, &after)
	view := s.attachmentsOf(v, &after)
	view.Hidden = hidden
	html, err := s.pages.write("attachments", view)
	if err != nil {
		return err
	}
	return v.JSON(attachedPart{before.Version, after.Version, string(html)})
}

// attachedPart is what the script of the page goes on with.
type attachedPart struct {
	Before  int64  `json:"before"` // version that the page may know
	Version int64  `json:"version"`
	HTML    string `json:"html"`
}

// attach keeps the files of a request and takes the step that adds them.
// Others may take steps meanwhile: an added file changes nothing of theirs.
func (s *Server) attach(v *visit, t *ticket.Ticket, request string, fields map[string]string) (ticket.Ticket, error) {
	files, err := s.receiveFiles(v, ticket.Attachments(t.Events), false)
	if err != nil {
		return ticket.Ticket{}, err
	}
	return s.attachKept(v, t, request, fields, files, v.actor)
}

const attachTries = 5

func (s *Server) attachKept(v *visit, t *ticket.Ticket, request string, fields map[string]string, files []ticket.File, actor ticket.Actor) (ticket.Ticket, error) {
	if fields[ticket.PurposeField] == "" {
		fields[ticket.PurposeField] = ticket.OfHandling
	}
	fields[ticket.FilesField] = ticket.FormatFiles(files)
	version := t.Version
	for try := 1; ; try++ {
		outcome, err := s.Desk.Take(v.ctx(), v.now, workflow.Request{
			ID: request, Ticket: t.ID, Version: version, Step: ticket.StepAttach, Actor: actor, Fields: fields,
		})
		var refusal *ticket.Refusal
		if try < attachTries && errors.Is(err, ticket.ErrConflict) && errors.As(err, &refusal) && refusal.Version > version {
			version = refusal.Version
			continue
		}
		if err == nil {
			s.live.nudge()
		}
		return outcome.Ticket, err
	}
}

// receiveFiles reads the files of a form, checks them against the policy and
// keeps them. A refusal names every fault.
func (s *Server) receiveFiles(v *visit, have []ticket.Attachment, public bool) ([]ticket.File, error) {
	if s.locker == nil {
		return nil, errNoLocker
	}
	policy := s.Desk.Policy().Files
	uploads, err := uploadsOf(v)
	if err != nil {
		return nil, err
	}
	files, faults, err := s.locker.Admit(policy, uploads, have, public)
	switch {
	case errors.Is(err, locker.ErrNoRoom):
		s.logFailure(v.Ctx, err)
		return nil, ticket.Refuse(errNoRoom, "disk_full", "服务器的磁盘快满了，附件没有保存；写好的文字不受影响。请告诉管理员，稍后再传")
	case err != nil:
		return nil, err
	case len(faults) > 0:
		r := ticket.Refuse(ticket.ErrInvalid, "bad_files", "附件没有上传：%s", faults[0].Message)
		r.Faults = faults
		return nil, r
	}
	return files, nil
}

// uploadsOf reads the files of a form into memory; how large the whole may be
// is said for all requests.
func uploadsOf(v *visit) ([]locker.Upload, error) {
	form, err := v.MultipartForm()
	if err != nil {
		return nil, ticket.Refuse(errBadRequest, "no_form", "没有收到完整的文件，可能是网络断了，请再传一次")
	}
	var uploads []locker.Upload
	for _, head := range form.File[ticket.FilesField] {
		if head.Filename == "" && head.Size == 0 { // a chooser in which nothing was chosen
			continue
		}
		content, err := readUpload(head)
		if err != nil {
			return nil, err
		}
		uploads = append(uploads, locker.Upload{Name: head.Filename, Content: content})
	}
	return uploads, nil
}

func readUpload(head *multipart.FileHeader) ([]byte, error) {
	f, err := head.Open()
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(f)
	return content, errors.Join(err, f.Close())
}

// hasUploads reports whether a form brings files.
func hasUploads(c *fiber.Ctx) bool {
	form, err := c.MultipartForm()
	return err == nil && slices.ContainsFunc(form.File[ticket.FilesField], func(h *multipart.FileHeader) bool { return h.Filename != "" || h.Size > 0 })
}

// attachment sends a file. Pictures are shown, everything else is only handed
// out; nothing in a file can run as a page of ours.
func (s *Server) attachment(v *visit) error {
	a, content, err := s.file(v)
	if err != nil {
		return err
	}
	kind, _ := filetype.Find(a.Type)
	if err := s.accounts.note(v.ctx(), v.now, v.actor, "attachment", v.Params("id"), a.SHA256[:12]); err != nil {
		return err
	}
	v.Set(fiber.HeaderContentDisposition, disposition(kind, a.Name))
	v.Set(fiber.HeaderContentType, kind.Media)
	v.Set(fiber.HeaderContentSecurityPolicy, "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'")
	return v.Send(content)
}

// disposition names a file after RFC 6266, in Chinese for browsers that know
// RFC 8187 (all of today), by its type for others.
func disposition(kind filetype.Type, name string) string {
	how := "attachment"
	if kind.Picture {
		how = "inline"
	}
	return how + `; filename="attachment.` + kind.Exts[0] + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}

const smallSide = 240 // pixels

func (s *Server) smallAttachment(v *visit) error {
	a, content, err := s.file(v)
	if err != nil {
		return err
	}
	if kind, _ := filetype.Find(a.Type); !kind.Picture {
		return ticket.Refuse(ticket.ErrNotFound, "no_picture", "这个附件不是图片")
	}
	small, err := filetype.Small(content, smallSide)
	if err != nil {
		return ticket.Refuse(ticket.ErrNotFound, "no_picture", "这张图片没有缩略图，请打开原图")
	}
	v.Set(fiber.HeaderContentType, "image/jpeg")
	v.Set(fiber.HeaderContentSecurityPolicy, "sandbox; default-src 'none'")
	v.Set(fiber.HeaderCacheControl, "private, max-age=600")
	return v.Send(small)
}

// file finds a file of a ticket for the viewer.
func (s *Server) file(v *visit) (*ticket.Attachment, []byte, error) {
	if s.locker == nil {
		return nil, nil, errNoLocker
	}
	t, err := s.Desk.Ticket(v.ctx(), v.actor, ticket.ID(v.Params("id")))
	if err != nil {
		return nil, nil, err
	}
	a := ticket.FindAttachment(ticket.Attachments(t.Events), v.Params("sum"))
	if a == nil || !permit.SeesFile(v.actor, &t, a) {
		return nil, nil, ticket.Refuse(ticket.ErrNotFound, "no_file", "这件工单没有这个附件，或者已经撤下")
	}
	content, err := s.locker.Get(a.SHA256)
	if errors.Is(err, locker.ErrMissing) || errors.Is(err, locker.ErrChanged) || errors.Is(err, seal.ErrUnknownKey) {
		s.log.Error("an attachment cannot be read", "ticket", string(t.ID), "cause", err.Error())
		return nil, nil, ticket.Refuse(errFileLost, "file_lost", "附件“%s”已经损坏或不在附件目录里，请告诉管理员（运行 huiyin fsck 核对，再从备份恢复）", a.Name)
	}
	return a, content, err
}

var (
	errNoRoom   = errors.New("no room for attachments")
	errFileLost = errors.New("attachment lost")
)

package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
	"huiyin/web/openapi"
	"huiyin/workflow/permit"
)

// attachedBody is what a program is told of the files that it has sent.
type attachedBody struct {
	Version     int64               `json:"version"` // of the ticket now
	Attachments []ticket.Attachment `json:"attachments"`
}

// fileContent stands for the bytes of a file in the description of the API.
type fileContent string

// attachForm is the form of the API, for its description.
type attachForm struct {
	Files   []fileContent `json:"files"`
	Purpose string        `json:"purpose"`
	Note    string        `json:"note"`
	Request string        `json:"request"`
}

// uploadsOnly refuses to take the names of files on trust: whoever knows the
// SHA-256 of a file of another ticket must not get the file by it.
func uploadsOnly(step ticket.Step) error {
	if step != ticket.StepAttach {
		return nil
	}
	return ticket.Refuse(ticket.ErrInvalid, "upload", "附件要作为文件上传：POST /api/v1/tickets/{id}/attachments（multipart/form-data）")
}

func (s *Server) apiAttach(v *visit) error {
	request := strings.TrimSpace(v.FormValue("request"))
	if request == "" {
		request = idempotencyKey(v)
	}
	if request == "" {
		return invalidField("request", "missing", "request 要填这次请求的编号，也可以放在请求头 Idempotency-Key 里")
	}
	t, err := s.Desk.Ticket(v.ctx(), v.actor, ticket.ID(v.Params("id")))
	if err != nil {
		return err
	}
	after, err := s.attach(v, &t, request, map[string]string{
		ticket.PurposeField: v.FormValue(ticket.PurposeField), ticket.NoteField: strings.TrimSpace(v.FormValue(ticket.NoteField)),
	})
	if err != nil {
		return err
	}
	return v.Status(fiber.StatusCreated).JSON(attachedBody{after.Version, apiFiles(v.actor, &after)})
}

// apiFiles are the files of a ticket that somebody may see.
func apiFiles(actor ticket.Actor, t *ticket.Ticket) []ticket.Attachment {
	files := []ticket.Attachment{}
	for _, a := range ticket.Attachments(t.Events) {
		if permit.SeesFile(actor, t, &a) {
			files = append(files, a)
		}
	}
	return files
}

func attachmentOperations() []openapi.Operation {
	noRoom := openapi.Answer{Status: 507, Words: "磁盘空间不足，附件没有保存", Body: problem{}, Media: problemMedia}
	tooLarge := openapi.Answer{Status: 413, Words: "一次请求太大", Body: problem{}, Media: problemMedia}
	return []openapi.Operation{
		{
			Method: "POST", Path: "/api/v1/tickets/:id/attachments", Tag: tagTickets, Summary: "添加附件", Keys: signedIn,
			Detail: "files 可以有几个；类型、大小、个数按附件政策表，类型按内容辨认。purpose 是用途：caller 来电人提供、work 办理材料（不写即此）、contact 联系证明。照片和录像里的拍摄地点会去掉，sha256 是去掉以后的。同一 request 再发一次不会多加。",
			Params: []openapi.Param{pathParam("id", "工单编号"), idempotency}, Body: attachForm{}, Required: []string{"files"}, Forms: []string{"multipart/form-data"},
			Answers: []openapi.Answer{{Status: 201, Words: "已添加", Body: attachedBody{}}, badRequest, notSignedIn, notAllowed, notThere, tooLarge, notValid, noRoom, storeAway},
		},
		{
			Method: "GET", Path: "/api/v1/tickets/:id/attachments/:sum", Tag: tagTickets, Summary: "取一个附件", Keys: signedIn,
			Params:  []openapi.Param{pathParam("id", "工单编号"), pathParam("sum", "附件的 sha256")},
			Answers: []openapi.Answer{{Status: 200, Words: "文件", Media: "application/octet-stream"}, notSignedIn, notThere, storeAway},
		},
	}
}

package web

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"huiyin/intake"
	"huiyin/ticket"
)

// fileView is the form by which anybody files a matter.
type fileView struct {
	openView
	Action, Token string
	Fields        []formCell
	Upload        uploadView
	Files         bool // may be added
	Agreed        bool
	AgreeFault    string
}

// publicActor files what comes by the public form.
var publicActor = ticket.Actor{ID: "public", Name: "公开表单", Roles: []ticket.Role{ticket.System}}

const (
	publicPrefix  = "GK" // begins the source numbers of what was filed here
	trapField     = "website"
	agreeField    = "agree"
	fastest       = 3 * time.Second // nobody reads and fills in the form sooner
	longest       = 12 * time.Hour
	publicTextMax = 3000
)

// publicFields are the fields of the form in order.
func (s *Server) publicFields(values map[string]string, faults []ticket.FieldFault) []formCell {
	cells := []formCell{
		{"wide", stepField{Name: "content", Label: "反映的事情", Input: "textarea", Rows: 7, Max: publicTextMax, Required: true, Help: "什么时候、在哪里、谁、发生了什么、您希望怎样处理。请不要写别人的证件号码"}},
		{"half", stepField{Name: "area", Label: "县区", Input: "select", Options: s.countyOptions(values["area"])}},
		{"half", stepField{Name: "place", Label: "具体地点", Input: "text", Max: 200, Help: "道路、车站、收费站"}},
		{"half", stepField{Name: "subject", Label: "反映的对象", Input: "text", Max: 100, Help: "车牌号、线路、公司；不知道可以不写"}},
		{"half", stepField{Name: "when", Label: "发生时间", Input: "datetime-local"}},
		{"half", stepField{Name: "caller_name", Label: "您的姓名", Input: "text", Max: 30, Help: "可以只写姓，如“王女士”"}},
		{"half", stepField{Name: "caller_phone", Label: "您的手机或电话", Input: "tel", Max: 20, Required: true, Help: "办理单位用它告知结果；查询进度要用后四位"}},
		{"wide", stepField{Name: "confidential", Label: "是否保密", Input: "radio", Group: true, Options: []option{
			{Value: "no", Label: "不需要", Chosen: values["confidential"] != "yes"},
			{Value: "yes", Label: "请为我保密", Hint: "承办单位看不到您的姓名、电话和附件；网上也不能查进度，请打 12328 查", Chosen: values["confidential"] == "yes"}}}},
	}
	return filledCells(cells, "public-", values, faults)
}

func (s *Server) filePage(v *visit) error {
	if err := s.accounts.take(v.ctx(), v.now, publicLooks, s.sourceOf(v.Ctx)); err != nil {
		return err
	}
	return s.renderFilePage(v, s.newFormToken(v.now), nil, nil)
}

func (s *Server) renderFilePage(v *visit, token string, values map[string]string, faults []ticket.FieldFault) error {
	view := fileView{openView: s.openView(v, "网上反映诉求", "/public/new"), Token: token, Fields: s.publicFields(values, faults), Agreed: values[agreeField] != ""}
	view.OnFile, view.Action = true, "/public/new"+view.Size
	files := s.Desk.Policy().Files
	if view.Files = s.locker != nil && files.Allowed(true) != ""; view.Files {
		view.Upload = uploadOf(files, true)
	}
	for _, f := range faults {
		switch f.Field {
		case ticket.FilesField:
			view.Upload.Faults = append(view.Upload.Faults, f.Message)
		case agreeField:
			view.AgreeFault = f.Message
		}
		view.Notice.More = append(view.Notice.More, f.Message)
	}
	if len(faults) > 0 {
		view.Notice.Text, view.Notice.Tone, view.Notice.Icon = "还没有提交，写好的内容都在。请看：", "red", "alert"
		if hasUploads(v.Ctx) {
			view.Notice.More = append(view.Notice.More, "附件要重新选择一次")
		}
		v.Status(fiber.StatusUnprocessableEntity)
	}
	return s.render(v.Ctx, "file", view)
}

var publicNames = []string{"content", "area", "place", "subject", "when", "caller_name", "caller_phone", "confidential", agreeField}

// fileMatter takes a matter from anybody. What is wrong comes back with all
// that was written.
func (s *Server) fileMatter(v *visit) error {
	if err := s.checkOrigin(v.Ctx); err != nil {
		return err
	}
	if err := s.accounts.take(v.ctx(), v.now, publicTries, s.sourceOf(v.Ctx)); err != nil {
		return err
	}
	values := map[string]string{}
	for _, name := range publicNames {
		values[name] = strings.TrimSpace(v.FormValue(name))
	}
	token := v.FormValue("token")
	number, fault := s.numberOf(token, v.now)
	if fault.Code == "stale" {
		token = s.newFormToken(v.now.Add(-fastest))
	}
	faults := publicFaults(values)
	if fault.Code != "" {
		faults = append([]ticket.FieldFault{fault}, faults...)
	}
	if v.FormValue(trapField) != "" { // only programs see this field
		faults = append(faults, ticket.FieldFault{Code: "trap", Message: "没有提交成功，请拨打 12328 反映"})
	}
	if len(faults) > 0 {
		return s.renderFilePage(v, token, values, faults)
	}
	return s.openFiled(v, token, number, values)
}

// openFiled keeps the files, then opens the ticket, then adds the files to it: a
// fault of the files costs nothing yet.
func (s *Server) openFiled(v *visit, token, number string, values map[string]string) error {
	var files []ticket.File
	if hasUploads(v.Ctx) {
		var err error
		if files, err = s.receiveFiles(v, nil, true); err != nil {
			var refusal *ticket.Refusal
			if errors.As(err, &refusal) && len(refusal.Faults) > 0 {
				return s.renderFilePage(v, token, values, refusal.Faults)
			}
			return s.renderFilePage(v, token, values, []ticket.FieldFault{{Field: ticket.FilesField, Code: "not_kept", Message: "附件现在存不下，请去掉附件先提交，或者稍后再试"}})
		}
	}
	for _, l := range []limit{filedPerSource, filedByAll} {
		who := s.sourceOf(v.Ctx)
		if l == filedByAll {
			who = "all"
		}
		if err := s.accounts.take(v.ctx(), v.now, l, who); errors.Is(err, errTooMany) {
			return s.renderFilePage(v, token, values, []ticket.FieldFault{{Code: "too_many", Message: "这段时间网上提交的太多，请过一会儿再提交，或者拨打 12328"}})
		} else if err != nil {
			return err
		}
	}
	created, err := s.create(v, publicActor, publicMatter(number, values, v.now))
	var refusal *ticket.Refusal
	if errors.As(err, &refusal) && errors.Is(err, ticket.ErrInvalid) {
		return s.renderFilePage(v, token, values, refusal.Faults)
	}
	if err != nil {
		return err
	}
	to := "/public/filed?token=" + token
	if created.Existing {
		to += "&again=1"
	}
	if len(files) > 0 {
		t, err := s.Desk.Ticket(v.ctx(), ticket.Service, created.ID)
		if err == nil {
			_, err = s.attachKept(v, &t, "public-"+number, map[string]string{ticket.PurposeField: ticket.FromCaller}, files, publicActor)
		}
		if err != nil {
			s.logFailure(v.Ctx, err)
			to += "&files=lost"
		}
	}
	if v.Query("type") == "large" {
		to += "&type=large"
	}
	return v.Redirect(to, fiber.StatusSeeOther)
}

func publicFaults(values map[string]string) []ticket.FieldFault {
	var faults []ticket.FieldFault
	fault := func(field, code, message string) {
		faults = append(faults, ticket.FieldFault{Field: field, Code: code, Message: message})
	}
	switch n := len([]rune(values["content"])); {
	case n == 0:
		fault("content", "missing", "请写下反映的事情")
	case n < 8:
		fault("content", "too_short", "反映的事情写得太少，请写清时间、地点和经过")
	case n > publicTextMax:
		fault("content", "too_long", fmt.Sprintf("反映的事情最多 %d 字，现在是 %d 字", publicTextMax, n))
	}
	if !ticket.IsPhone(strings.NewReplacer(" ", "", "-", "").Replace(values["caller_phone"])) {
		fault("caller_phone", "bad_phone", "请写您的手机号码，或者带区号的电话，如 13x 开头的 11 位号码、0551-2345678")
	}
	if w := values["when"]; w != "" {
		if _, err := time.ParseInLocation("2006-01-02T15:04", w, ticket.Shanghai); err != nil {
			fault("when", "bad_time", "发生时间应写成 2026-10-08T16:20，不记得可以不写")
		}
	}
	if values[agreeField] == "" {
		fault(agreeField, "missing", "请先看“个人信息怎样使用”，同意以后再提交")
	}
	return faults
}

func publicMatter(number string, values map[string]string, now time.Time) intake.Form {
	form := intake.Form{
		Channel: ticket.ChannelMessage, SourceNo: number, Content: values["content"], Place: values["place"], Area: values["area"], Subject: values["subject"],
		CallerName: values["caller_name"], CallerPhone: values["caller_phone"], Confidential: values["confidential"] == "yes", CalledAt: now,
		Extra: map[string]string{"提交方式": "网上公开表单，已同意个人信息用于办理"},
	}
	if w := values["when"]; w != "" {
		form.Extra[whenField] = strings.Replace(w, "T", " ", 1)
	}
	return form
}

var formCode = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// newFormToken names a form that is handed out: a number, when, and a
// fingerprint that only this service can make.
func (s *Server) newFormToken(now time.Time) string {
	var b [5]byte
	rand.Read(b[:])
	return s.formToken(formCode.EncodeToString(b[:]), now.Unix())
}

func (s *Server) formToken(code string, at int64) string {
	stamp := strconv.FormatInt(at, 10)
	return code + "." + stamp + "." + s.Keys.Fingerprint("public form\x00"+code+"\x00"+stamp)
}

// numberOf is the source number of what a form files, so that the same form
// sent twice is one ticket. The fault says why the form cannot be taken now.
func (s *Server) numberOf(token string, now time.Time) (string, ticket.FieldFault) {
	stale := ticket.FieldFault{Code: "stale", Message: "这一页打开得太久了，请核对后再提交一次"}
	code, rest, _ := strings.Cut(token, ".")
	stamp, _, _ := strings.Cut(rest, ".")
	at, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || !sameSecret(token, s.formToken(code, at)) {
		return "", stale
	}
	made := time.Unix(at, 0)
	switch age := now.Sub(made); {
	case age > longest:
		return "", stale
	case age < fastest:
		return "", ticket.FieldFault{Code: "too_fast", Message: "提交得太快，请核对以后再提交一次"}
	}
	return publicPrefix + made.In(ticket.Shanghai).Format("20060102") + "-" + code, ticket.FieldFault{}
}

// filedView is the receipt.
type filedView struct {
	openView
	Number           string
	Again, FilesLost bool
}

func (s *Server) filedPage(v *visit) error {
	number, fault := s.numberOf(v.Query("token"), v.now)
	if fault.Code != "" {
		return v.Redirect("/public", fiber.StatusSeeOther)
	}
	view := filedView{openView: s.openView(v, "诉求已经收到", "/public/filed"), Number: number, Again: v.Query("again") != "", FilesLost: v.Query("files") != ""}
	view.Toggle = "/public/filed?token=" + v.Query("token")
	if !view.Large {
		view.Toggle += "&type=large"
	}
	return s.render(v.Ctx, "filed", view)
}

package web

import (
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/redis/go-redis/v9"

	"huiyin/intake"
	"huiyin/ticket"
	"huiyin/web/georeport"
)

// open311Prefix begins the source numbers of what was filed through Open311.
const open311Prefix = "O311-"

// keyOpen311 is a sorted set: the tickets filed through Open311 by receipt (ms).
const keyOpen311 = "{open311}:requests"

const (
	descriptionMax = 4000
	placeField     = "位置"
	mediaField     = "图片"
	whenField      = "事发时间"
)

// fileRequest opens a ticket for a person, on behalf of whom an app speaks.
// The same Idempotency-Key gives the same ticket.
func (s *Server) fileRequest(v *visit, _ string) (any, error) {
	app, err := s.accounts.byAppKey(v.ctx(), v.FormValue("api_key"))
	if err != nil {
		return nil, err
	}
	if err := s.accounts.take(v.ctx(), v.now, filedPerApp, app.ID); err != nil {
		return nil, err
	}
	form, err := s.open311Form(v)
	if err != nil {
		return nil, err
	}
	form.SourceNo = open311Prefix + app.ID + "-" + newRequestID()
	if key := idempotencyKey(v); key != "" {
		form.SourceNo = open311Prefix + app.ID + "-" + digest(key)[:18]
	}
	id := ticket.NewID(ticket.ChannelMessage, form.SourceNo, 0)
	// Listed before it is opened: what is not there is passed over by the list,
	// what is there and not listed would be lost to it.
	if err := s.Redis.ZAddNX(v.ctx(), keyOpen311, redis.Z{Score: float64(v.now.UnixMilli()), Member: string(id)}).Err(); err != nil {
		return nil, storeDown(err)
	}
	created, err := s.create(v, app.Actor(), form)
	if err != nil {
		return nil, err
	}
	return []georeport.Created{{ID: string(created.ID), Notice: "诉求已受理，可凭编号查询进度"}}, nil
}

// open311Form reads a request. What says who the person is goes where only the
// seal opens it.
func (s *Server) open311Form(v *visit) (intake.Form, error) {
	text := func(name string) string { return strings.TrimSpace(v.FormValue(name)) }
	code := text("service_code")
	if code == "" {
		return intake.Form{}, invalidField("service_code", "missing", "没有给出 service_code")
	}
	category, err := s.offeredCategory(code)
	if err != nil {
		return intake.Form{}, err
	}
	description := text("description")
	if utf8.RuneCountInString(description) > descriptionMax {
		return intake.Form{}, invalidField("description", "too_long", "description 最多 %d 个字", descriptionMax)
	}
	form := intake.Form{
		Channel: ticket.ChannelMessage, Title: category.Name, Content: description, Category: category.Name, CalledAt: v.now,
		Place: text("address_string"), Subject: text("attribute[" + attributeSubject + "]"),
		CallerName: text("last_name") + text("first_name"), CallerPhone: text("phone"),
		Extra: map[string]string{}, Private: map[string]string{},
	}
	where, err := location(text)
	if err != nil {
		return form, err
	}
	keep(form.Extra, placeField, where)
	when, err := whenHappened(text("attribute["+attributeWhen+"]"), v.now)
	if err != nil {
		return form, err
	}
	keep(form.Extra, whenField, when)
	media := text("media_url")
	if u, err := url.Parse(media); media != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || len(media) > 500) {
		return form, invalidField("media_url", "form", "media_url 应是 http 或 https 地址")
	}
	keep(form.Extra, mediaField, media)
	for name, header := range map[string]string{"email": "电子邮箱", "account_id": "对方账号", "device_id": "设备编号"} {
		keep(form.Private, header, firstRunes(text(name), 200))
	}
	return form, nil
}

func keep(fields map[string]string, name, value string) {
	if value != "" {
		fields[name] = value
	}
}

// location reads where it is: a point, an address, or the id of one.
func location(text func(string) string) (point string, err error) {
	lat, long := text("lat"), text("long")
	switch {
	case lat == "" && long == "" && text("address_string") == "" && text("address_id") == "":
		return "", invalidField("location", "missing", "要给出 lat 和 long，或者 address_string")
	case lat == "" && long == "":
		return "", nil
	}
	x, err1 := strconv.ParseFloat(lat, 64)
	y, err2 := strconv.ParseFloat(long, 64)
	if err1 != nil || err2 != nil || !(math.Abs(x) <= 90) || !(math.Abs(y) <= 180) {
		return "", invalidField("lat", "form", "lat 应在 -90 到 90 之间，long 应在 -180 到 180 之间，两个都要给")
	}
	return strconv.FormatFloat(x, 'f', 6, 64) + " " + strconv.FormatFloat(y, 'f', 6, 64), nil
}

func whenHappened(text string, now time.Time) (string, error) {
	if text == "" {
		return "", nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil || at.After(now.Add(24*time.Hour)) {
		return "", invalidField(attributeWhen, "form", "attribute[%s] 应写成 2026-10-12T08:30:00+08:00，且不在将来", attributeWhen)
	}
	return fullMoment(at), nil
}

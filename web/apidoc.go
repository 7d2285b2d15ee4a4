package web

import (
	"reflect"
	"sync"

	"github.com/gofiber/fiber/v2"

	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/web/openapi"
	"huiyin/workflow/outbox"
)

// The API's description is drawn from the types that the handlers read and
// answer. A route for programs that is not described here fails a test.

const (
	tagTickets = "工单"
	tagReports = "统计与报告"
	tagLedger  = "整改台账"
	tagOutbox  = "推送"
	tagHooks   = "接收推送"
	tagOpen311 = "Open311"
	tagService = "服务状态"
)

const (
	keyToken     = "token"
	keySessions  = "session"
	keySignature = "signature"
)

var signedIn = []string{keyToken, keySessions}

// documentRoutes are the addresses of the description itself.
func (s *Server) documentRoutes() []route {
	return []route{
		{fiber.MethodGet, "/api/openapi.json", openDoor, "", s.apiDocument},
		{fiber.MethodGet, "/api/docs", openDoor, "", s.apiDocs},
	}
}

var apiTags = []openapi.Tag{
	{Name: tagTickets, Description: "建单、查单、办理。办理一步要带读到的版本号和请求编号，重复发送不会多办。"},
	{Name: tagReports, Description: "与工作台看板、月报同一套数字。"},
	{Name: tagLedger, Description: "突出问题整改台账。"},
	{Name: tagOutbox, Description: "推送给别的系统的消息。每条消息按 Standard Webhooks 1.0.0 签名，见 Message。"},
	{Name: tagHooks, Description: "城市和部级平台把工单推进来，按 Standard Webhooks 1.0.0 签名。"},
	{Name: tagOpen311, Description: "Open311 GeoReport v2：第三方应用替市民提交诉求，并公开进度。"},
	{Name: tagService, Description: "给监控用。"},
}

var apiKeys = map[string]openapi.Scheme{
	keyToken:     {Type: "http", Scheme: "bearer", Description: "在“我的账号”里生成的访问令牌"},
	keySessions:  {Type: "apiKey", In: "cookie", Name: cookiePlain, Description: "工作台登录后的会话；写操作另需请求头 X-CSRF-Token"},
	keySignature: {Type: "apiKey", In: "header", Name: "webhook-signature", Description: "Standard Webhooks 1.0.0 签名，另需 webhook-id 和 webhook-timestamp"},
}

func newBuilder() *openapi.Builder {
	b := openapi.NewBuilder()
	b.Words = apiWords
	b.Enums[reflect.TypeFor[ticket.Channel]()] = namesOf(ticket.Channels)
	whole, percent := &openapi.Schema{Type: "integer"}, &openapi.Schema{Type: []string{"number", "null"}, Description: "百分比，分母为 0 时为空"}
	b.Overrides[reflect.TypeFor[fileContent]()] = &openapi.Schema{Type: "string", Format: "binary"}
	b.Overrides[reflect.TypeFor[reports.Rate]()] = &openapi.Schema{
		Type: "object", Properties: map[string]*openapi.Schema{"num": whole, "den": whole, "percent": percent}, Required: []string{"den", "num", "percent"},
	}
	return b
}

func namesOf[V ~string](values []V) []string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = string(v)
	}
	return names
}

// apiDescription is the document, made once.
var apiDescription = sync.OnceValue(func() *openapi.Document {
	b := newBuilder()
	d := b.Describe(openapi.Info{
		Title: "回音 接口", Version: "1", Description: "交通运输投诉热线工单服务。时间一律为 RFC 3339；编码见政策文件；出错时返回 RFC 9457 问题文档，code 稳定不变，detail 是中文说明。",
	}, apiTags, apiKeys, apiOperations())
	signed := openapi.Param{In: "header", Name: "webhook-signature", Required: true, Words: "一个或几个签名，空格隔开"}
	b.Posts(d, "ticketChanged", openapi.Operation{
		Method: "POST", Tag: tagOutbox, Summary: "推送给接收方的消息", Detail: "至少一次、同一工单按先后；重复的消息 webhook-id 相同。答 2xx 算收下，其余按政策表的间隔重试，410 表示不再接收。",
		Params: []openapi.Param{{In: "header", Name: "webhook-id", Required: true, Words: "消息编号，重发时不变"}, {In: "header", Name: "webhook-timestamp", Required: true, Words: "这次发送的时间，从 1970 年起的秒数"}, signed},
		Body:   outbox.Message{}, Answers: []openapi.Answer{{Status: 204, Words: "收下了"}, {Status: 410, Words: "不再接收"}},
	})
	return d
})

func (s *Server) apiDocument(v *visit) error { return v.JSON(apiDescription()) }

var (
	badRequest  = openapi.Answer{Status: 400, Words: "请求体看不懂", Body: problem{}, Media: problemMedia}
	notSignedIn = openapi.Answer{Status: 401, Words: "没有登录，或令牌无效", Body: problem{}, Media: problemMedia}
	notAllowed  = openapi.Answer{Status: 403, Words: "没有权限", Body: problem{}, Media: problemMedia}
	notThere    = openapi.Answer{Status: 404, Words: "没有，或无权知道", Body: problem{}, Media: problemMedia}
	movedOn     = openapi.Answer{Status: 409, Words: "已被别人办理（version 是现在的版本），或现在不能这样办", Body: problem{}, Media: problemMedia}
	notValid    = openapi.Answer{Status: 422, Words: "填写有误，errors 逐项说明", Body: problem{}, Media: problemMedia}
	storeAway   = openapi.Answer{Status: 503, Words: "存储暂时不可用，请用同一请求重试", Body: problem{}, Media: problemMedia}
)

const problemMedia = "application/problem+json"

func pathParam(name, words string) openapi.Param {
	return openapi.Param{In: "path", Name: name, Words: words}
}
func queryParam(name, words string, enum ...string) openapi.Param {
	return openapi.Param{In: "query", Name: name, Words: words, Enum: enum}
}

var idempotency = openapi.Param{In: "header", Name: "Idempotency-Key", Words: "同一个值的重复请求得到第一次的结果"}

func ok(body any, more ...openapi.Answer) []openapi.Answer {
	return append([]openapi.Answer{{Status: 200, Words: "成功", Body: body}}, more...)
}

func apiOperations() []openapi.Operation {
	all := append(ticketOperations(), attachmentOperations()...)
	all = append(all, reportOperations()...)
	all = append(all, ledgerOperations()...)
	all = append(all, outboxOperations()...)
	all = append(all, open311Operations()...)
	return append(all, serviceOperations()...)
}

func ticketOperations() []openapi.Operation {
	return []openapi.Operation{
		{
			Method: "POST", Path: "/api/v1/tickets", Tag: tagTickets, Summary: "建单", Keys: signedIn,
			Detail: "同一渠道的同一来源编号只建一单，重复提交返回原来的工单（200）。source_no 和请求头 Idempotency-Key 至少要有一个。来电人信息加密保存，正文里的号码会被遮盖。",
			Params: []openapi.Param{idempotency}, Body: newTicketBody{}, Required: []string{"channel"},
			Answers: []openapi.Answer{{Status: 201, Words: "已建单", Body: createdBody{}}, {Status: 200, Words: "早已有这一单，没有改动", Body: createdBody{}}, badRequest, notSignedIn, notAllowed, notValid, storeAway},
		},
		{
			Method: "GET", Path: "/api/v1/tickets", Tag: tagTickets, Summary: "工单列表", Keys: signedIn,
			Detail: "只列出您有权看的。用 next 作为下一页的 cursor。写错的参数名会被拒绝。",
			Params: []openapi.Param{
				queryParam("unit", "牵头或配合单位的编码"), queryParam("category", "类别编码"), queryParam("county", "县区"), queryParam("channel", "渠道", namesOf(ticket.Channels)...),
				queryParam("kind", "诉求类型", namesOf(ticket.Kinds)...), queryParam("state", "状态；open 为全部在办", append([]string{"open"}, stateCodes()...)...),
				queryParam("month", "受理月份，如 2026-10"), queryParam("due", "时限", "overdue", "soon"), queryParam("flag", "标记"),
				queryParam("sort", "排序", "due", "received"), queryParam("cursor", "上一页的 next"), {In: "query", Name: "limit", Words: "每页几件，最多 200", Format: "integer"},
			},
			Answers: ok(listBody{}, notSignedIn, notAllowed, notValid, storeAway),
		},
		{
			Method: "GET", Path: "/api/v1/tickets/:id", Tag: tagTickets, Summary: "一件工单和它的全部历史", Keys: signedIn,
			Detail: "steps 是您现在可以办的步骤和每步要填的内容。", Params: []openapi.Param{pathParam("id", "工单编号")},
			Answers: ok(ticketBody{}, notSignedIn, notThere, storeAway),
		},
		{
			Method: "POST", Path: "/api/v1/tickets/:id/steps/:step", Tag: tagTickets, Summary: "办理一步", Keys: signedIn,
			Detail: "step 和 fields 的名字见 GET 返回的 steps。request 可以用请求头 Idempotency-Key 代替；同一请求再发一次得到第一次的结果，repeated 为 true；同一编号换了步骤或填的内容，答 422，代码 request_reused。",
			Params: []openapi.Param{pathParam("id", "工单编号"), pathParam("step", "步骤"), idempotency}, Body: stepBody{}, Required: []string{"version"},
			Answers: ok(stepResult{}, badRequest, notSignedIn, notAllowed, notThere, movedOn, notValid, storeAway),
		},
	}
}

func stateCodes() []string {
	codes := make([]string, len(ticket.States))
	for i, s := range ticket.States {
		codes[i] = string(s.State)
	}
	return codes
}

func reportOperations() []openapi.Operation {
	month := pathParam("month", "哪一份报告：2026-10（月）、2026-Q3（季）、2026（年）、2026-10-01_2026-10-15（时段），分册加 @单位编码 或 @enforcement")
	return []openapi.Operation{
		{
			Method: "GET", Path: "/api/v1/stats/summary", Tag: tagReports, Summary: "现在等着办的，和本月概况", Keys: signedIn,
			Params: []openapi.Param{queryParam("month", "月份，如 2026-10；不给为本月")}, Answers: ok(summaryBody{}, notSignedIn, notAllowed, notValid, storeAway),
		},
		{
			Method: "GET", Path: "/api/v1/reports/:month", Tag: tagReports, Summary: "一份分析报告，全部数字", Keys: signedIn,
			Params: []openapi.Param{month}, Answers: ok(reports.Month{}, notSignedIn, notAllowed, notValid, storeAway),
		},
		{
			Method: "GET", Path: "/api/v1/reports/:month/editions", Tag: tagReports, Summary: "一份报告的历次版本", Keys: signedIn,
			Params: []openapi.Param{month}, Answers: ok(editionsBody{}, notSignedIn, notAllowed, notValid, storeAway),
		},
	}
}

func ledgerOperations() []openapi.Operation {
	return []openapi.Operation{
		{
			Method: "GET", Path: "/api/v1/rectifications", Tag: tagLedger, Summary: "台账列表", Keys: signedIn,
			Params: []openapi.Param{queryParam("unit", "责任单位编码"), queryParam("state", "状态"), queryParam("overdue", "只列超期的", "1")}, Answers: ok(rectificationsBody{}, notSignedIn, notAllowed, storeAway),
		},
		{
			Method: "POST", Path: "/api/v1/rectifications", Tag: tagLedger, Summary: "提出一个突出问题", Keys: signedIn, Body: matterStepDoc{},
			Answers: []openapi.Answer{{Status: 201, Words: "已提出", Body: rectificationDoc{}}, badRequest, notSignedIn, notAllowed, notValid, storeAway},
		},
		{
			Method: "GET", Path: "/api/v1/rectifications/:id", Tag: tagLedger, Summary: "一个问题和它的历史", Keys: signedIn,
			Params: []openapi.Param{pathParam("id", "台账编号")}, Answers: ok(rectificationDoc{}, notSignedIn, notThere, storeAway),
		},
		{
			Method: "POST", Path: "/api/v1/rectifications/:id/steps/:step", Tag: tagLedger, Summary: "办理一步", Keys: signedIn, Body: matterStepDoc{},
			Params:  []openapi.Param{pathParam("id", "台账编号"), pathParam("step", "步骤，见 allowed")},
			Answers: ok(rectificationDoc{}, badRequest, notSignedIn, notAllowed, notThere, movedOn, notValid, storeAway),
		},
	}
}

func outboxOperations() []openapi.Operation {
	hook := func(channel ticket.Channel) openapi.Operation {
		return openapi.Operation{
			Method: "POST", Path: "/hooks/" + string(channel), Tag: tagHooks, Summary: channel.Name() + "推送工单", Keys: []string{keySignature},
			Detail:  "请求体是 JSON 对象，或者放在 data 之下；字段名按导入的列名对应表理解。时间与本机相差不能超过 5 分钟。同一工单重复推送只建一单。",
			Params:  []openapi.Param{{In: "header", Name: "webhook-id", Required: true, Words: "消息编号，重发时不变"}, {In: "header", Name: "webhook-timestamp", Required: true, Words: "从 1970 年起的秒数"}},
			Body:    map[string]any{},
			Answers: []openapi.Answer{{Status: 201, Words: "已建单", Body: createdBody{}}, {Status: 200, Words: "早已有这一单", Body: createdBody{}}, notAllowed, notThere, notValid, storeAway},
		}
	}
	return []openapi.Operation{
		{
			Method: "GET", Path: "/api/v1/outbox", Tag: tagOutbox, Summary: "发件箱的情况和死信", Keys: signedIn,
			Answers: ok(outboxBody{}, notSignedIn, notAllowed, notThere, storeAway),
		},
		{
			Method: "POST", Path: "/api/v1/outbox/replay", Tag: tagOutbox, Summary: "重发死信", Keys: signedIn, Body: replayBody{},
			Detail:  "写一个死信编号 id，或者 all 为 true；receiver 限定接收方。",
			Answers: ok(replayResult{}, badRequest, notSignedIn, notAllowed, notThere, notValid, storeAway),
		},
		hook(ticket.Channel12345), hook(ticket.Channel12328),
	}
}

func serviceOperations() []openapi.Operation {
	text := func(path, summary string) openapi.Operation {
		return openapi.Operation{Method: "GET", Path: path, Tag: tagService, Summary: summary, Answers: []openapi.Answer{{Status: 200, Words: "正常", Media: "text/plain"}}}
	}
	ready := text("/readyz", "服务现在能不能办事")
	ready.Answers = append(ready.Answers, storeAway)
	metrics := text("/metrics", "Prometheus 指标，只给本机和内网")
	metrics.Answers = append(metrics.Answers, notThere)
	return []openapi.Operation{
		text("/healthz", "进程还在"), ready, metrics,
		{Method: "GET", Path: "/api/openapi.json", Tag: tagService, Summary: "这份接口说明，OpenAPI 3.1", Answers: []openapi.Answer{{Status: 200, Words: "说明", Media: "application/json"}}},
		{Method: "GET", Path: "/api/docs", Tag: tagService, Summary: "给人看的接口说明", Answers: []openapi.Answer{{Status: 200, Words: "网页", Media: "text/html"}}},
	}
}

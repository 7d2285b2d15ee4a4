package web

import (
	"huiyin/web/georeport"
	"huiyin/web/openapi"
)

// requestFields are what a request of Open311 may hold, for the description;
// attributes come as attribute[CODE].
type requestFields struct {
	APIKey      string `json:"api_key"`
	Service     string `json:"service_code"`
	Jurisdict   string `json:"jurisdiction_id"`
	Lat         string `json:"lat"`
	Long        string `json:"long"`
	Address     string `json:"address_string"`
	AddressID   string `json:"address_id"`
	Description string `json:"description"`
	FirstName   string `json:"first_name"`
	LastName    string `json:"last_name"`
	Phone       string `json:"phone"`
	Email       string `json:"email"`
	AccountID   string `json:"account_id"`
	DeviceID    string `json:"device_id"`
	MediaURL    string `json:"media_url"`
	Subject     string `json:"attribute[SUBJECT]"`
	When        string `json:"attribute[WHEN]"`
}

const open311Media = "application/json application/xml"

func open311Operations() []openapi.Operation {
	fault := func(status int, words string) openapi.Answer {
		return openapi.Answer{Status: status, Words: words, Body: []georeport.Fault{}, Media: open311Media}
	}
	format := openapi.Param{In: "path", Name: "format", Words: "json 或 xml", Enum: []string{georeport.JSON, georeport.XML}}
	jurisdiction := queryParam("jurisdiction_id", "辖区编号，可不给")
	get := func(where, summary string, answer any, params ...openapi.Param) openapi.Operation {
		return openapi.Operation{
			Method: "GET", Path: "/open311/v2/" + where + ".:format", Tag: tagOpen311, Summary: summary, Params: append(params, format, jurisdiction),
			Answers: []openapi.Answer{
				{Status: 200, Words: "成功", Body: answer, Media: open311Media}, fault(400, "参数不对"), fault(404, "没有"), fault(429, "次数太多"), fault(503, "存储暂时不可用"),
			},
		}
	}
	file := openapi.Operation{
		Method: "POST", Path: "/open311/v2/requests.:format", Tag: tagOpen311, Summary: "提交一件诉求",
		Detail: "api_key 是管理员在“应用”里建立的密钥。位置给 lat 和 long，或者 address_string。姓名、电话、邮箱加密保存，从不公开。",
		Params: []openapi.Param{format, idempotency}, Body: requestFields{}, Required: []string{"api_key", "service_code"},
		Forms: []string{"application/x-www-form-urlencoded", "multipart/form-data"},
		Answers: []openapi.Answer{
			{Status: 200, Words: "已受理", Body: []georeport.Created{}, Media: open311Media}, fault(400, "填写有误"), fault(403, "api_key 不对或已停用"),
			fault(404, "没有这个服务或辖区"), fault(429, "次数太多"), fault(503, "存储暂时不可用，请用同一 Idempotency-Key 重试"),
		},
	}
	return []openapi.Operation{
		get("discovery", "服务在哪里", georeport.Discovery{}),
		get("services", "可以提交哪几类", []georeport.Service{}),
		get("services/:code", "一类诉求要填什么", georeport.Definition{}, pathParam("code", "service_code")),
		file,
		get("requests", "公开的诉求", []georeport.Request{},
			queryParam("service_request_id", "编号，可以几个，用逗号隔开；给了它，别的条件都不看"), queryParam("service_code", "类别，可以几个"), queryParam("status", "状态，可以几个，用逗号隔开"),
			queryParam("start_date", "从何时受理，如 2026-10-01T00:00:00+08:00"), queryParam("end_date", "到何时；最多跨 90 天，不给为最近 90 天，最多 1000 件")),
		get("requests/:id", "一件诉求", []georeport.Request{}, pathParam("id", "编号")),
		get("tokens/:token", "由 token 查编号", []georeport.Token{}, pathParam("token", "token")),
	}
}

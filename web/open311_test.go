package web

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"huiyin/ticket"
	"huiyin/web/georeport"
)

// The rules of GeoReport v2, as they are written down: the name of each test
// case is one of them.

// app makes an app and gives its key.
func (b *bureau) app(name string) (App, string) {
	b.t.Helper()
	a, key, err := b.server.accounts.AddApp(b.ctx, b.now(), "admin", name)
	b.check(err)
	return a, key
}

// pothole is a request without anything that is wrong.
func pothole(key string) url.Values {
	return url.Values{
		"api_key": {key}, "service_code": {"I02"}, "lat": {"32.041544"}, "long": {"118.767413"}, "address_string": {"迎晖大道18号3栋502室"},
		"description": {"路面有大坑，我的电话是13900001234，请尽快修。"}, "first_name": {"三丰"}, "last_name": {"张"}, "phone": {"13900001234"}, "email": {"zhang@example.com"},
		"attribute[SUBJECT]": {"迎晖大道"}, "attribute[WHEN]": {"2026-10-12T08:00:00+08:00"}, "media_url": {"https://photos.example.com/1.jpg"},
	}
}

func (b *bureau) ask311(method, path string, form url.Values, more ...func(*http.Request)) answer {
	b.t.Helper()
	return b.browser().send(method, "/open311/v2/"+path, strings.NewReader(form.Encode()), more...)
}

func read311[T any](t *testing.T, a answer) []T {
	t.Helper()
	var list []T
	if err := json.Unmarshal([]byte(a.body), &list); err != nil || a.status != http.StatusOK {
		t.Fatalf("%d %v\n%s", a.status, err, a.body)
	}
	return list
}

// filed files a request and gives its number.
func (b *bureau) filed(t *testing.T, form url.Values) ticket.ID {
	t.Helper()
	list := read311[georeport.Created](t, b.ask311("POST", "requests.json", form))
	if len(list) != 1 || !ticket.ID(list[0].ID).Valid() {
		t.Fatalf("created %+v", list)
	}
	return ticket.ID(list[0].ID)
}

func TestServicesAreThoseThatCanBeChosen(t *testing.T) {
	b := newBureau(t)
	codes := map[string]georeport.Service{}
	for _, s := range read311[georeport.Service](t, b.ask311("GET", "services.json", nil)) {
		codes[s.Code] = s
		if s.Name == "" || s.Type != "realtime" || !s.Metadata || s.Group == "" {
			t.Errorf("service %+v", s)
		}
	}
	for _, c := range defaults().workflow.Categories {
		if _, there := codes[c.Code]; there == (c.Sealed || c.Code == ticket.Unjudged || c.Code == ticket.NotOurs) {
			t.Errorf("%s is offered: %v", c.Code, there)
		}
	}
	var list struct {
		XMLName  xml.Name `xml:"services"`
		Services []struct {
			Code string `xml:"service_code"`
		} `xml:"service"`
	}
	a := b.ask311("GET", "services.xml", nil)
	if err := xml.Unmarshal([]byte(a.body), &list); err != nil || len(list.Services) != len(codes) || !strings.HasPrefix(a.header.Get("Content-Type"), "application/xml") {
		t.Errorf("xml: %v, %d services, %s", err, len(list.Services), a.header.Get("Content-Type"))
	}
}

func TestDefinitionTellsTheAttributesInOrder(t *testing.T) {
	b := newBureau(t)
	var d georeport.Definition
	if err := json.Unmarshal([]byte(b.ask311("GET", "services/I02.json", nil).body), &d); err != nil || d.Code != "I02" || len(d.Attributes) != 2 {
		t.Fatalf("%+v %v", d, err)
	}
	for i, a := range d.Attributes {
		if a.Order != i+1 || a.Code == "" || a.Datatype == "" || !a.Variable {
			t.Errorf("attribute %+v", a)
		}
	}
	b.ask311("GET", "services/I02.xml", nil).has(t, 200, "<service_definition>", "<attributes><attribute>", "<code>SUBJECT</code>")
}

func TestRequestsAreFiledAndTheirPersonIsSealed(t *testing.T) {
	b := newBureau(t)
	app, key := b.app("市民随手拍")
	id := b.filed(t, pothole(key))
	got := b.ticket(id)
	if got.Channel != ticket.ChannelMessage || !strings.HasPrefix(got.SourceNo, open311Prefix+app.ID+"-") || got.Events[0].Name != "市民随手拍" || got.Subject != "迎晖大道" {
		t.Errorf("ticket %+v", got)
	}
	text := fmt.Sprintf("%+v", got)
	for _, secret := range []string{"13900001234", "张", "三丰", "zhang@example.com"} {
		if strings.Contains(text, secret) {
			t.Errorf("the ticket holds %s in the open", secret)
		}
	}
	caller, err := b.line.Caller(&got)
	b.check(err)
	if caller.Name != "张三丰" || caller.Phone != "13900001234" {
		t.Errorf("caller %+v", caller)
	}
	b.ask311("POST", "requests.xml", pothole(key)).has(t, 200, "<service_requests><request><service_request_id>")
}

func TestTheSameRequestUnderTheSameKeyIsFiledOnce(t *testing.T) {
	b := newBureau(t)
	_, key := b.app("市民随手拍")
	_, other := b.app("另一个应用")
	same := header("Idempotency-Key", "abc")
	first := read311[georeport.Created](t, b.ask311("POST", "requests.json", pothole(key), same))[0].ID
	if again := read311[georeport.Created](t, b.ask311("POST", "requests.json", pothole(key), same))[0].ID; again != first {
		t.Errorf("%s, then %s", first, again)
	}
	if theirs := read311[georeport.Created](t, b.ask311("POST", "requests.json", pothole(other), same))[0].ID; theirs == first {
		t.Error("another app's key names the same request")
	}
}

func TestFaultsAreToldInTheFormOfTheSpecification(t *testing.T) {
	b := newBureau(t, func(o *Options) { o.Jurisdiction = "yangli" })
	_, key := b.app("市民随手拍")
	app, disabled := b.app("停用的应用")
	b.check(b.server.accounts.DisableApp(b.ctx, app.ID, true))
	with := func(pairs ...string) url.Values {
		form := pothole(key)
		for i := 0; i+1 < len(pairs); i += 2 {
			if form.Set(pairs[i], pairs[i+1]); pairs[i+1] == "" {
				form.Del(pairs[i])
			}
		}
		return form
	}
	for name, c := range map[string]struct {
		method, path string
		form         url.Values
		want         int
	}{
		"400 when service_code is not provided":         {"POST", "requests", with("service_code", ""), 400},
		"404 when service_code is not found":            {"POST", "requests", with("service_code", "Z99"), 404},
		"404 when the service is sealed":                {"POST", "requests", with("service_code", "A05"), 404},
		"404 when jurisdiction_id is not found":         {"POST", "requests", with("jurisdiction_id", "elsewhere"), 404},
		"200 when jurisdiction_id is ours":              {"POST", "requests", with("jurisdiction_id", "yangli"), 200},
		"403 when api_key is missing":                   {"POST", "requests", with("api_key", ""), 403},
		"403 when api_key is wrong":                     {"POST", "requests", with("api_key", "hyk_none"), 403},
		"403 when api_key is disabled":                  {"POST", "requests", with("api_key", disabled), 403},
		"400 when no location is given":                 {"POST", "requests", with("lat", "", "long", "", "address_string", ""), 400},
		"400 when lat comes alone":                      {"POST", "requests", with("long", ""), 400},
		"400 when lat is off the earth":                 {"POST", "requests", with("lat", "91"), 400},
		"400 when lat is no number":                     {"POST", "requests", with("lat", "NaN"), 400},
		"200 when only an address is given":             {"POST", "requests", with("lat", "", "long", ""), 200},
		"400 when the description is too long":          {"POST", "requests", with("description", strings.Repeat("长", 4001)), 400},
		"400 when an attribute's date is none":          {"POST", "requests", with("attribute[WHEN]", "yesterday"), 400},
		"400 when media_url is no address":              {"POST", "requests", with("media_url", "javascript:alert(1)"), 400},
		"404 for the definition of an unknown service":  {"GET", "services/Z99", nil, 404},
		"404 for the definition of a sealed service":    {"GET", "services/A05", nil, 404},
		"404 for a request that is not there":           {"GET", "requests/0123456789AB", nil, 404},
		"404 for a token that is not there":             {"GET", "tokens/O311-none", nil, 404},
		"400 when status is neither open nor closed":    {"GET", "requests", url.Values{"status": {"half"}}, 400},
		"400 when start_date is none":                   {"GET", "requests", url.Values{"start_date": {"2026-13-01"}}, 400},
		"400 when the dates span more than 90 days":     {"GET", "requests", url.Values{"start_date": {"2026-01-01T00:00:00Z"}, "end_date": {"2026-06-01T00:00:00Z"}}, 400},
		"400 when the end is before the start":          {"GET", "requests", url.Values{"start_date": {"2026-06-01T00:00:00Z"}, "end_date": {"2026-05-01T00:00:00Z"}}, 400},
		"200 when a plus sign of the date stands as is": {"GET", "requests", url.Values{"start_date": {"2026-10-01T00:00:00 08:00"}}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			for _, format := range []string{"json", "xml"} {
				path := c.path + "." + format
				if c.method == "GET" && c.form != nil {
					path += "?" + c.form.Encode()
				}
				a := b.ask311(c.method, path, c.form)
				if a.status != c.want {
					t.Fatalf("%d, want %d\n%s", a.status, c.want, a.body)
				}
				if c.want == http.StatusOK {
					continue
				}
				var faults struct {
					XMLName xml.Name          `xml:"errors"`
					List    []georeport.Fault `xml:"error"`
				}
				var err error
				if format == "json" {
					err = json.Unmarshal([]byte(a.body), &faults.List)
				} else {
					err = xml.Unmarshal([]byte(a.body), &faults)
				}
				if err != nil || len(faults.List) == 0 || faults.List[0].Code != c.want || faults.List[0].Description == "" {
					t.Errorf("%s: %v %s", format, err, a.body)
				}
			}
		})
	}
	if a := b.ask311("GET", "services.yaml", nil); a.status != http.StatusNotFound {
		t.Errorf("another format: %d", a.status)
	}
}

func TestThePublicLearnsHowARequestStandsAndNothingOfThePerson(t *testing.T) {
	b := newBureau(t)
	_, key := b.app("市民随手拍")
	form := pothole(key)
	form.Set("description", "情况反映，说得不清楚，请核实后回复，我的电话是13900001234。")
	id := b.filed(t, form)
	one := func() georeport.Request {
		t.Helper()
		return read311[georeport.Request](t, b.ask311("GET", "requests/"+string(id)+".json", nil))[0]
	}
	if r := one(); r.Status != georeport.Open || r.Requested != "2026-10-12T09:30:00+08:00" || r.Notes == "" || r.Address != "迎晖大道" || *r.Lat != 32.042 || *r.Long != 118.767 {
		t.Errorf("open: %+v", r)
	}
	if b.ticket(id).State == ticket.Received {
		b.does("operator", id, ticket.StepDispatch, "lead", "yunfu", "category", "I02", "kind", "complaint", "reason", "听了录音")
	}
	lead := b.ticket(id).Lead
	handler := ticket.Actor{ID: "cao", Name: "曹经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: lead}
	b.takes(handler, id, ticket.StepSign)
	b.takes(handler, id, ticket.StepReply, b.reply()...)
	b.does("operator", id, ticket.StepApproveReply)
	if b.ticket(id).State == ticket.Callback {
		b.does("operator2", id, ticket.StepRecordCallback, "responded", "yes", "solved", "yes", "satisfied", "yes")
	}
	r := one()
	if r.Status != georeport.Closed || r.Notes != "已约谈当事司机并处理。" || r.Agency == "" || r.Expected != "" {
		t.Errorf("closed: %+v", r)
	}
	for _, path := range []string{"requests/" + string(id) + ".json", "requests.json", "requests.xml", "requests.json?service_request_id=" + string(id), "requests/" + string(id) + ".xml"} {
		body := b.ask311("GET", path, nil).body
		if !strings.Contains(body, string(id)) {
			t.Errorf("%s does not list it", path)
		}
		for _, secret := range []string{"13900001234", "139*", "1234", "张", "zhang@", "502", "约谈司机并记分", "曹经办", "hyk_", "市民随手拍"} {
			if strings.Contains(body, secret) {
				t.Errorf("%s shows %s", path, secret)
			}
		}
	}
}

// takes is does, by somebody who has no account.
func (b *bureau) takes(actor ticket.Actor, id ticket.ID, step ticket.Step, fields ...string) {
	b.t.Helper()
	people = append(people, Account{Login: actor.ID, Name: actor.Name, Roles: actor.Roles, Unit: actor.Unit})
	defer func() { people = people[:len(people)-1] }()
	b.does(actor.ID, id, step, fields...)
}

func TestOnlyWhatCameThroughOpen311IsShown(t *testing.T) {
	b := newBureau(t)
	_, key := b.app("市民随手拍")
	public, secret, clue := b.filed(t, pothole(key)), b.filed(t, pothole(key)), b.filed(t, pothole(key))
	call := b.waiting(1)
	b.does("operator", secret, ticket.StepConfide)
	b.does("operator", clue, ticket.StepProposeHandOver, "clue", "反映收钱放行")
	for _, id := range []ticket.ID{secret, clue, call} {
		if a := b.ask311("GET", "requests/"+string(id)+".json", nil); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", id, a.status)
		}
	}
	ids := strings.Join([]string{string(public), string(secret), string(clue), string(call)}, ",")
	for _, path := range []string{"requests.json", "requests.json?service_request_id=" + ids} {
		if list := read311[georeport.Request](t, b.ask311("GET", path, nil)); len(list) != 1 || list[0].ID != string(public) {
			t.Errorf("%s: %+v", path, list)
		}
	}
	token := b.ticket(public).SourceNo
	if list := read311[georeport.Token](t, b.ask311("GET", "tokens/"+token+".json", nil)); list[0].ID != string(public) || list[0].Token != token {
		t.Errorf("token %+v", list)
	}
	if a := b.ask311("GET", "tokens/"+b.ticket(secret).SourceNo+".json", nil); a.status != http.StatusNotFound {
		t.Errorf("token of a confidential one: %d", a.status)
	}
}

func TestListsAreNarrowedByCodeStatusAndTime(t *testing.T) {
	b := newBureau(t)
	_, key := b.app("市民随手拍")
	old := b.filed(t, pothole(key))
	b.wait(100 * 24 * time.Hour)
	fresh := b.filed(t, pothole(key))
	code := b.ticket(fresh).Category
	for query, want := range map[string][]ticket.ID{
		"":                                   {fresh}, // the last 90 days
		"?status=open":                       {fresh},
		"?status=closed":                     nil,
		"?status=open,closed":                {fresh},
		"?service_code=" + code:              {fresh},
		"?service_code=B01":                  nil,
		"?service_code=B01," + code:          {fresh},
		"?start_date=2026-10-01T00:00:00Z":   {old},
		"?end_date=2026-10-20T00:00:00Z":     {old},
		"?service_request_id=" + string(old): {old}, // overrides the time
		"?service_request_id=" + string(old) + "," + string(fresh) + "&status=closed": {old, fresh},
	} {
		var got []ticket.ID
		for _, r := range read311[georeport.Request](t, b.ask311("GET", "requests.json"+query, nil)) {
			got = append(got, ticket.ID(r.ID))
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q: %v, want %v", query, got, want)
		}
	}
}

func TestBrowsersOfOtherSitesMayAsk(t *testing.T) {
	b := newBureau(t)
	a := b.ask311("GET", "services.json", nil)
	if a.header.Get("Access-Control-Allow-Origin") != "*" || a.header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("headers %v", a.header)
	}
	b.ask311("GET", "discovery.xml", nil).has(t, 200, "<discovery>", "<endpoints><endpoint>", "/open311/v2</url>")
}

func TestAppsAreMadeAndShutInTheConsole(t *testing.T) {
	b := newBureau(t)
	w := b.as("admin")
	w.get("/apps").has(t, 200, "还没有应用")
	page := w.post("/apps", url.Values{"name": {"市民随手拍"}})
	page.has(t, 200, "只显示这一次", "市民随手拍")
	_, rest, _ := strings.Cut(page.body, `data-test="key">`)
	key, _, _ := strings.Cut(rest, "<")
	b.filed(t, pothole(key))
	if again := w.get("/apps"); strings.Contains(again.body, key) {
		t.Error("the key is shown again")
	}
	if stored := fmt.Sprint(b.rdb.HGetAll(b.ctx, keyApps).Val()); strings.Contains(stored, key) {
		t.Error("the key is stored as it is")
	}
	apps, err := b.server.accounts.Apps(b.ctx)
	b.check(err)
	w.post("/apps/"+apps[0].ID, url.Values{"disabled": {"1"}})
	if a := b.ask311("POST", "requests.json", pothole(key)); a.status != http.StatusForbidden {
		t.Errorf("a key that was shut: %d", a.status)
	}
	w.post("/apps/"+apps[0].ID, nil)
	b.filed(t, pothole(key))
	w.post("/apps", url.Values{"name": {""}}).has(t, http.StatusUnprocessableEntity, "应用名称要填")
	b.as("auditor").get("/audit").has(t, 200, "新建应用", "停用应用", "恢复应用")
}

package intake

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiyin/internal/webhook"
	"huiyin/ticket"
)

func pushed(id, stamp, signature string) http.Header {
	h := http.Header{}
	h.Set("webhook-id", id)
	h.Set("webhook-timestamp", stamp)
	h.Set("webhook-signature", signature)
	return h
}

// The example of the specification's own libraries.
func TestVerifyPushAgreesWithTheSpecification(t *testing.T) {
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	body := []byte(`{"test": 2432232314}`)
	at := time.Unix(1614265330, 0)
	header := pushed("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
	if id, err := VerifyPush(header, body, at, secret); err != nil || id != "msg_p5jXN8AQM9LWM0D4loKWxJek" {
		t.Errorf("got %s (%v)", id, err)
	}
}

func TestVerifyPush(t *testing.T) {
	key := []byte("0123456789abcdef01234567")
	secret, old := "whsec_"+base64.StdEncoding.EncodeToString(key), "whsec_"+base64.StdEncoding.EncodeToString([]byte("the key before this one."))
	body, stamp := []byte(`{"工单编号":"1"}`), strconv.FormatInt(now.Unix(), 10)
	good := webhook.Sign(key, "m1", stamp, body)
	for name, c := range map[string]struct {
		header  http.Header
		body    []byte
		at      time.Time
		secrets []string
		code    string // empty: accepted
	}{
		"a good signature":                   {pushed("m1", stamp, good), body, now, []string{secret}, ""},
		"one of several signatures":          {pushed("m1", stamp, "v1a,xyz v1,AAAA "+good), body, now, []string{secret}, ""},
		"a new secret beside the old one":    {pushed("m1", stamp, good), body, now, []string{old, secret}, ""},
		"a clock that is four minutes ahead": {pushed("m1", stamp, good), body, now.Add(-4 * time.Minute), []string{secret}, ""},
		"no signature":                       {http.Header{}, body, now, []string{secret}, "signature_missing"},
		"a time that is none":                {pushed("m1", "gestern", good), body, now, []string{secret}, "signature_missing"},
		"six minutes old":                    {pushed("m1", stamp, good), body, now.Add(6 * time.Minute), []string{secret}, "signature_stale"},
		"six minutes ahead":                  {pushed("m1", stamp, good), body, now.Add(-6 * time.Minute), []string{secret}, "signature_stale"},
		"another body":                       {pushed("m1", stamp, good), []byte(`{"工单编号":"2"}`), now, []string{secret}, "signature_wrong"},
		"another id":                         {pushed("m2", stamp, good), body, now, []string{secret}, "signature_wrong"},
		"another time":                       {pushed("m1", strconv.FormatInt(now.Unix()+1, 10), good), body, now, []string{secret}, "signature_wrong"},
		"another secret":                     {pushed("m1", stamp, good), body, now, []string{old}, "signature_wrong"},
		"no secret":                          {pushed("m1", stamp, good), body, now, nil, "signature_wrong"},
		"an empty secret signs nothing":      {pushed("m1", stamp, webhook.Sign(nil, "m1", stamp, body)), body, now, []string{"", "whsec_"}, "signature_wrong"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := VerifyPush(c.header, c.body, c.at, c.secrets...)
			var refusal *ticket.Refusal
			if c.code == "" && err != nil || c.code != "" && (!errors.As(err, &refusal) || refusal.Code != c.code || !errors.Is(err, ticket.ErrForbidden)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestPush(t *testing.T) {
	_, mappings := defaultRules(t)
	body := []byte(`{"type":"ticket.created","timestamp":"2026-04-02T18:16:58+08:00","data":{"工单编号":250912101108115409,"诉求内容":"路灯不亮","来电时间":"2026-04-02 18:16:58","是否保密":true,"处理人":null,"附件":["a"]}}`)
	got, err := mappings.Push(ticket.Channel12345, "", body, now)
	if err != nil {
		t.Fatal(err)
	}
	want := Form{Channel: ticket.Channel12345, SourceNo: "250912101108115409", Content: "路灯不亮", Confidential: true,
		CalledAt: time.Date(2026, 4, 2, 10, 16, 58, 0, time.UTC), Extra: map[string]string{"附件": `["a"]`}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for name, c := range map[string]struct{ body, code string }{
		"no JSON":            {"工单", "bad_json"},
		"a list":             {"[]", "bad_json"},
		"nothing":            {"null", "bad_json"},
		"nothing to tell of": {`{"工单编号":"1"}`, "invalid_fields"},
	} {
		var refusal *ticket.Refusal
		if _, err := mappings.Push(ticket.Channel12345, "", []byte(c.body), now); !errors.As(err, &refusal) || refusal.Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := mappings.Push(ticket.Channel12345, "没有", body, now); !errors.Is(err, ticket.ErrInvalid) {
		t.Errorf("an unknown mapping: %v", err)
	}
}

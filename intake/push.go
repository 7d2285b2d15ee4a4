package intake

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"huiyin/intake/sheet/grid"
	"huiyin/ticket"
)

// The headers of Standard Webhooks 1.0.0.
const (
	headerID        = "Webhook-Id"
	headerTimestamp = "Webhook-Timestamp"
	headerSignature = "Webhook-Signature"
)

// The marks of the specification: of a secret in text form, and of a signature
// by HMAC-SHA256. pushTolerance is how far the sender's clock may be off.
const (
	secretPrefix  = "whsec_"
	hmacPrefix    = "v1,"
	pushTolerance = 5 * time.Minute
)

// VerifyPush checks the signature of a push after Standard Webhooks 1.0.0 and
// gives the id of the message, the same for every attempt to deliver it. Any of
// the secrets will do, so that a secret can be changed without a gap. Errors
// are *ticket.Refusal of the kind ErrForbidden: signature_missing,
// signature_stale, signature_wrong.
func VerifyPush(header http.Header, body []byte, now time.Time, secrets ...string) (id string, err error) {
	id, stamp, signatures := header.Get(headerID), header.Get(headerTimestamp), header.Get(headerSignature)
	if id == "" || stamp == "" || signatures == "" {
		return "", ticket.Refuse(ticket.ErrForbidden, "signature_missing", "推送没有签名，缺少 webhook-id、webhook-timestamp 或 webhook-signature")
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return "", ticket.Refuse(ticket.ErrForbidden, "signature_missing", "webhook-timestamp 应是从 1970 年起的秒数")
	}
	if off := now.Sub(time.Unix(seconds, 0)); off > pushTolerance || off < -pushTolerance {
		return "", ticket.Refuse(ticket.ErrForbidden, "signature_stale", "推送的时间与本机相差超过 5 分钟，请校准时钟")
	}
	for _, secret := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix))
		if err != nil || len(key) == 0 {
			continue
		}
		want := SignPush(key, id, stamp, body)
		for _, given := range strings.Fields(signatures) {
			if hmac.Equal([]byte(given), []byte(want)) {
				return id, nil
			}
		}
	}
	return "", ticket.Refuse(ticket.ErrForbidden, "signature_wrong", "推送的签名不对，请核对密钥")
}

// SignPush is the signature of a message by HMAC-SHA256, with its mark.
func SignPush(key []byte, id, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	for _, part := range [][]byte{[]byte(id), []byte("."), []byte(timestamp), []byte("."), body} {
		mac.Write(part)
	}
	return hmacPrefix + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Push makes a form of the body of a push: a JSON object, or one with the
// object under "data". Its keys are understood as the headers of a table are,
// by the mapping of that name. The error is a *ticket.Refusal of the kind
// ErrInvalid, with all faults.
func (m Mappings) Push(channel ticket.Channel, mapping string, body []byte, now time.Time) (Form, error) {
	mp, ok := m.Find(mapping)
	if !ok {
		return Form{}, ticket.Refuse(ticket.ErrInvalid, "unknown_mapping", "%s", m.unknown(mapping))
	}
	fields, err := pushFields(body)
	if err != nil {
		return Form{}, err
	}
	headers := slices.Sorted(maps.Keys(fields))
	header, row := grid.Row{}, grid.Row{}
	for _, name := range headers {
		header.Cells = append(header.Cells, grid.Of(name))
		row.Cells = append(row.Cells, grid.Of(fields[name]))
	}
	form, faults := mp.read(header).form(row, channel, m.values, now)
	if faults = append(faults, form.Check(now)...); len(faults) > 0 {
		refusal := ticket.Refuse(ticket.ErrInvalid, "invalid_fields", "推送的工单不合格：%s", reasons(faults))
		refusal.Faults = faults
		return Form{}, refusal
	}
	return form, nil
}

// pushFields are the fields of a push as texts. Numbers keep all their digits.
func pushFields(body []byte) (map[string]string, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(body, &object); err != nil || object == nil {
		return nil, ticket.Refuse(ticket.ErrInvalid, "bad_json", "推送的内容不是 JSON 对象")
	}
	if inner, ok := object["data"]; ok && bytes.HasPrefix(bytes.TrimSpace(inner), []byte("{")) {
		return pushFields(inner)
	}
	fields := make(map[string]string, len(object))
	for name, raw := range object {
		fields[name] = pushText(raw)
	}
	return fields, nil
}

func pushText(raw json.RawMessage) string {
	switch text := string(raw); text {
	case "null":
		return ""
	case "true":
		return "是"
	case "false":
		return "否"
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

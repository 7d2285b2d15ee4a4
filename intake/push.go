package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"time"

	"huiyin/intake/sheet/grid"
	"huiyin/internal/webhook"
	"huiyin/ticket"
)

// VerifyPush checks the signature of a push after Standard Webhooks 1.0.0 and
// gives the id of the message, the same for every attempt to deliver it. Any of
// the secrets will do, so that a secret can be changed without a gap. Errors
// are *ticket.Refusal of the kind ErrForbidden: signature_missing,
// signature_stale, signature_wrong.
func VerifyPush(header http.Header, body []byte, now time.Time, secrets ...string) (id string, err error) {
	keys := make([][]byte, len(secrets))
	for i, secret := range secrets {
		keys[i] = webhook.Key(secret)
	}
	id, err = webhook.Verify(header, body, now, keys...)
	switch {
	case errors.Is(err, webhook.ErrUnsigned):
		return "", ticket.Refuse(ticket.ErrForbidden, "signature_missing", "推送没有签名，缺少 webhook-id、webhook-timestamp 或 webhook-signature")
	case errors.Is(err, webhook.ErrTimestamp):
		return "", ticket.Refuse(ticket.ErrForbidden, "signature_missing", "webhook-timestamp 应是从 1970 年起的秒数")
	case errors.Is(err, webhook.ErrStale):
		return "", ticket.Refuse(ticket.ErrForbidden, "signature_stale", "推送的时间与本机相差超过 5 分钟，请校准时钟")
	case err != nil:
		return "", ticket.Refuse(ticket.ErrForbidden, "signature_wrong", "推送的签名不对，请核对密钥")
	}
	return id, nil
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

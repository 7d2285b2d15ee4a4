// Package refusal holds the refusals that several verbs share, and is the one
// place where what Redis says becomes words for people.
package refusal

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
)

// NotFound says that there is no such ticket, or none for this person.
func NotFound(id ticket.ID) error {
	return ticket.Refuse(ticket.ErrNotFound, "no_ticket", "没有工单 %s，或者无权查看", Clip(string(id)))
}

// IsNotFound reports whether a refusal says so.
func IsNotFound(err error) bool { return errors.Is(err, ticket.ErrNotFound) }

// Conflict says that a ticket moved on to a version since it was read.
func Conflict(version int64) *ticket.Refusal {
	r := ticket.Refuse(ticket.ErrConflict, "stale_version", "工单刚被别人办理过（现在是第%d版），请刷新后再办", version)
	r.Version = version
	return r
}

// Damaged says that a ticket in the store is not what was written.
func Damaged(id ticket.ID, err error) error {
	return &storeError{ticket.Refuse(ticket.ErrStore, "damaged", "工单 %s 的存储记录已损坏，请管理员运行 huiyin fsck", id), err}
}

// Archived says that what the archive keeps of a ticket cannot be read.
func Archived(id ticket.ID, why string, err error) error {
	return &storeError{ticket.Refuse(ticket.ErrStore, "damaged", "工单 %s 已归档，%s：请管理员把归档目录放回原处，或从备份取回", id, why), err}
}

// storeError keeps the cause of a refusal for the log; people see the refusal.
type storeError struct {
	*ticket.Refusal
	cause error
}

func (e *storeError) Unwrap() []error { return []error{e.Refusal, e.cause} }

// Cause is the internal text, for the log.
func Cause(err error) string {
	var e *storeError
	if errors.As(err, &e) {
		return e.cause.Error()
	}
	return ""
}

// Of turns what a script or the server said into a refusal. nil stays nil.
func Of(id ticket.ID, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &storeError{ticket.Refuse(ticket.ErrStore, "store_slow", "存储没有及时应答，请稍后用同一请求重试"), err}
	}
	word, rest, _ := strings.Cut(err.Error(), " ")
	switch word {
	case "CONFLICT":
		version, _ := strconv.ParseInt(rest, 10, 64)
		return Conflict(version)
	case "MISSING":
		return NotFound(id)
	case "READONLY", "MASTERDOWN", "NOREPLICAS":
		return &storeError{ticket.Refuse(ticket.ErrStore, "store_readonly", "存储现在只读，没有改动任何工单，请稍后重试"), err}
	case "OOM":
		return &storeError{ticket.Refuse(ticket.ErrStore, "store_full", "存储内存已满，没有改动任何工单，请通知管理员"), err}
	case "MISCONF":
		return &storeError{ticket.Refuse(ticket.ErrStore, "store_full", "存储无法写盘，没有改动任何工单，请通知管理员"), err}
	case "BUSY", "LOADING", "TRYAGAIN", "CLUSTERDOWN":
		return &storeError{ticket.Refuse(ticket.ErrStore, "store_busy", "存储正忙，请稍后用同一请求重试"), err}
	}
	if errors.Is(err, redis.Nil) {
		return NotFound(id)
	}
	return &storeError{ticket.Refuse(ticket.ErrStore, "store_unavailable", "存储暂时不可用，请稍后用同一请求重试"), err}
}

// Clip keeps what somebody sent short enough to be shown back.
func Clip(s string) string {
	r := []rune(strings.ToValidUTF8(s, "?"))
	if len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return string(r)
}

// IsOvertaken reports that a ticket moved on, or away, since it was read.
func IsOvertaken(err error) bool {
	return errors.Is(err, ticket.ErrConflict) || errors.Is(err, ticket.ErrNotFound)
}

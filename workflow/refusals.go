package workflow

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
)

// The refusals that several verbs share, and the one place where what Redis
// says becomes words for people.

func notFound(id ticket.ID) error {
	return ticket.Refuse(ticket.ErrNotFound, "no_ticket", "没有工单 %s，或者无权查看", clip(string(id)))
}

func isNotFound(err error) bool { return errors.Is(err, ticket.ErrNotFound) }

func conflict(version int64) *ticket.Refusal {
	r := ticket.Refuse(ticket.ErrConflict, "stale_version", "工单刚被别人办理过（现在是第%d版），请刷新后再办", version)
	r.Version = version
	return r
}

func forbidden(step *Transition, actor ticket.Actor) error {
	if len(step.Roles) == 0 {
		return ticket.Refuse(ticket.ErrForbidden, "not_allowed", "“%s”只由系统办理", step.Name)
	}
	names := make([]string, len(step.Roles))
	for i, r := range step.Roles {
		names[i] = r.Name()
	}
	if actor.Has(ticket.UnitHandler) && step.Relation != AnyOne {
		return ticket.Refuse(ticket.ErrForbidden, "not_your_ticket", "只有%s可以%s", map[Relation]string{
			LeadUnit: "牵头单位", CoUnit: "配合单位", AnyUnit: "承办单位",
		}[step.Relation], step.Name)
	}
	return ticket.Refuse(ticket.ErrForbidden, "not_allowed", "“%s”由%s办理", step.Name, strings.Join(names, "、"))
}

// damaged says that a ticket in the store is not what was written.
func damaged(id ticket.ID, err error) error {
	return &storeError{ticket.Refuse(ticket.ErrStore, "damaged", "工单 %s 的存储记录已损坏，请管理员运行 huiyin fsck", id), err}
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

// refused turns what a script or the server said into a refusal. nil stays nil.
func refused(id ticket.ID, err error) error {
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
		return conflict(version)
	case "MISSING":
		return notFound(id)
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
		return notFound(id)
	}
	return &storeError{ticket.Refuse(ticket.ErrStore, "store_unavailable", "存储暂时不可用，请稍后用同一请求重试"), err}
}

// clip keeps what somebody sent short enough to be shown back.
func clip(s string) string {
	r := []rune(strings.ToValidUTF8(s, "?"))
	if len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return string(r)
}

// instant is a time as the store keeps it.
func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

var errMalformed = errors.New("malformed record")

func malformed(what string) error { return fmt.Errorf("%w: %s", errMalformed, what) }

// isOvertaken reports that a ticket moved on, or away, since it was read.
func isOvertaken(err error) bool {
	return errors.Is(err, ticket.ErrConflict) || errors.Is(err, ticket.ErrNotFound)
}

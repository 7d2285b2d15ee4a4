package outbox

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"syscall"
	"time"

	"huiyin/internal/webhook"
)

// The bounds of a post.
const (
	postWithin = 15 * time.Second
	answerMax  = 16 << 10 // bytes that are read of an answer
	headersMax = 64 << 10
)

var errForbiddenAddress = errors.New("address is never allowed")

// NewClient makes a client for posts: it goes to the address that the policy
// names and nowhere else, through no proxy and after no redirect, and gives up
// in time. Addresses inside the network are receivers like any other; those
// that no receiver can have are refused after the name was resolved.
func NewClient() *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil || to.Addr().IsLinkLocalUnicast() || to.Addr().IsMulticast() || to.Addr().IsUnspecified() {
			return errForbiddenAddress
		}
		return nil
	}}
	return &http.Client{
		Timeout:       postWithin,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second, MaxResponseHeaderBytes: headersMax,
			DisableCompression: true, MaxIdleConnsPerHost: atOnce, IdleConnTimeout: 30 * time.Second,
		},
	}
}

// result is what became of an attempt.
type result struct {
	ok        bool
	silent    bool // nothing was posted: there was nothing to tell any more
	storeGone bool
	cause     Cause
	status    int
	after     time.Duration // the pause that the receiver asks for
}

// post sends a signed message and reads what the receiver says.
func (o *Outbox) post(ctx context.Context, r *Receiver, id string, body []byte) result {
	keys, err := o.Secret(r.Secret)
	if err != nil {
		return result{cause: CauseSecret}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.URL, bytes.NewReader(body))
	if err != nil {
		return result{cause: CauseAddress}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "huiyin")
	webhook.Stamp(request.Header, o.Now(), id, body, keys...)
	// A message that arrived twice is known by its id, so the transport may
	// send it again on a connection that was closed before the answer.
	request.Header.Set("Idempotency-Key", id)
	response, err := o.Client.Do(request)
	if err != nil {
		return result{cause: causeOf(err)}
	}
	defer response.Body.Close()
	_, _ = io.CopyN(io.Discard, response.Body, answerMax)
	return judge(response)
}

func judge(response *http.Response) result {
	status := response.StatusCode
	switch {
	case status >= 200 && status < 300:
		return result{ok: true, status: status}
	case status == http.StatusGone:
		return result{cause: CauseGone, status: status}
	case status >= 300 && status < 400:
		return result{cause: CauseRedirect, status: status}
	}
	seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
	if err != nil || seconds < 0 || seconds > int(retryMax.Seconds()) {
		seconds = 0
	}
	return result{cause: CauseStatus, status: status, after: time.Duration(seconds) * time.Second}
}

func causeOf(err error) Cause {
	var timeout net.Error
	switch {
	case errors.Is(err, errForbiddenAddress):
		return CauseAddress
	case errors.Is(err, syscall.ECONNREFUSED):
		return CauseRefused
	case errors.As(err, &timeout) && timeout.Timeout():
		return CauseTimeout
	}
	return CauseNetwork
}

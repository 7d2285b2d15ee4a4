// Package webhook signs and verifies messages between services after Standard
// Webhooks 1.0.0: HMAC-SHA256 over "id.timestamp.body", in three headers.
package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of the specification.
const (
	HeaderID        = "Webhook-Id"
	HeaderTimestamp = "Webhook-Timestamp"
	HeaderSignature = "Webhook-Signature"
)

// The marks of the specification: of a secret in text form, and of a signature
// by HMAC-SHA256. Tolerance is how far the sender's clock may be off.
const (
	secretPrefix = "whsec_"
	hmacPrefix   = "v1,"
	Tolerance    = 5 * time.Minute
)

// shortestSecret is what the specification asks of new secrets, in bytes.
const shortestSecret = 24

// What can be wrong with a message that is verified.
var (
	ErrUnsigned  = errors.New("a header of the signature is missing")
	ErrTimestamp = errors.New("the timestamp is no number of seconds")
	ErrStale     = errors.New("the timestamp is too far from the present")
	ErrSignature = errors.New("no signature fits")
)

// ErrSecret says that a secret is not in the form whsec_ and base64 of at least
// 24 bytes.
var ErrSecret = errors.New("the secret is not whsec_ with the base64 of at least 24 bytes")

// ParseSecret gives the key of a secret in text form. The prefix may be left
// out; a short key is accepted only with Key.
func ParseSecret(text string) ([]byte, error) {
	if key := Key(text); len(key) >= shortestSecret {
		return key, nil
	}
	return nil, ErrSecret
}

// Key is the key of a secret in text form, of any length; nil when it is none.
func Key(text string) []byte {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(strings.TrimSpace(text), secretPrefix))
	if err != nil || len(key) == 0 {
		return nil
	}
	return key
}

// Sign is the signature of a message, with its mark.
func Sign(key []byte, id, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	for _, part := range [][]byte{[]byte(id), []byte("."), []byte(timestamp), []byte("."), body} {
		mac.Write(part)
	}
	return hmacPrefix + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Stamp sets the three headers of a message that is sent at now, with one
// signature a key, so that a receiver can change its secret without a gap.
func Stamp(header http.Header, now time.Time, id string, body []byte, keys ...[]byte) {
	stamp := strconv.FormatInt(now.Unix(), 10)
	signatures := make([]string, len(keys))
	for i, key := range keys {
		signatures[i] = Sign(key, id, stamp, body)
	}
	header.Set(HeaderID, id)
	header.Set(HeaderTimestamp, stamp)
	header.Set(HeaderSignature, strings.Join(signatures, " "))
}

// Verify checks the signature of a message that came at now and gives its id,
// the same for every attempt to deliver it. Any of the keys will do; an empty
// one fits nothing. Errors: ErrUnsigned, ErrTimestamp, ErrStale, ErrSignature.
func Verify(header http.Header, body []byte, now time.Time, keys ...[]byte) (id string, err error) {
	id, stamp, signatures := header.Get(HeaderID), header.Get(HeaderTimestamp), header.Get(HeaderSignature)
	if id == "" || stamp == "" || signatures == "" {
		return "", ErrUnsigned
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return "", ErrTimestamp
	}
	if off := now.Sub(time.Unix(seconds, 0)); off > Tolerance || off < -Tolerance {
		return "", ErrStale
	}
	for _, key := range keys {
		if len(key) == 0 {
			continue
		}
		want := Sign(key, id, stamp, body)
		for _, given := range strings.Fields(signatures) {
			if hmac.Equal([]byte(given), []byte(want)) {
				return id, nil
			}
		}
	}
	return "", ErrSignature
}

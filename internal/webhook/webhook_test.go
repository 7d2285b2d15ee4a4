package webhook

import (
	"encoding/base64"
	"errors"
	"net/http"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The example of the specification's own libraries.
func TestSignAgreesWithTheSpecification(t *testing.T) {
	key := Key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	got := Sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`))
	if got != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Errorf("signature %s", got)
	}
}

func TestWhatIsStampedIsVerifiedByAnyOfItsKeysAndNoOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SliceOfN(rapid.Byte(), 24, 64)
		old, fresh, foreign := key.Draw(t, "old"), key.Draw(t, "new"), key.Draw(t, "foreign")
		body := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		sent := time.Unix(rapid.Int64Range(1e9, 2e9).Draw(t, "sent"), 0)
		header := http.Header{}
		Stamp(header, sent, "msg_1", body, old, fresh)
		at := sent.Add(time.Duration(rapid.Int64Range(-299, 299).Draw(t, "off")) * time.Second)
		for _, k := range [][]byte{old, fresh} {
			if id, err := Verify(header, body, at, k); err != nil || id != "msg_1" {
				t.Fatalf("%s, %v", id, err)
			}
		}
		if _, err := Verify(header, append(body, 'x'), at, old, fresh); !errors.Is(err, ErrSignature) {
			t.Fatalf("a longer body: %v", err)
		}
		if string(foreign) != string(old) && string(foreign) != string(fresh) {
			if _, err := Verify(header, body, at, foreign); !errors.Is(err, ErrSignature) {
				t.Fatalf("a foreign key: %v", err)
			}
		}
		if _, err := Verify(header, body, sent.Add(Tolerance+time.Second), old); !errors.Is(err, ErrStale) {
			t.Fatalf("too late: %v", err)
		}
	})
}

func TestSecretsThatAreWeakOrNoneAreRefused(t *testing.T) {
	strong := "whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 24))
	if key, err := ParseSecret(strong); err != nil || len(key) != 24 {
		t.Errorf("a secret of 24 bytes: %v", err)
	}
	for _, text := range []string{"", "whsec_", "whsec_?", "whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 23)), "password"} {
		if _, err := ParseSecret(text); !errors.Is(err, ErrSecret) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

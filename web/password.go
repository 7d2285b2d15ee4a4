package web

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"huiyin/ticket"
)

// Argon2id as the OWASP Password Storage cheat sheet sets it: 19 MiB, two
// passes, one lane.
const (
	argonMemory  = 19 * 1024
	argonPasses  = 2
	argonLanes   = 1
	argonSalt    = 16
	argonKey     = 32
	hashesAtOnce = 4 // each takes 19 MiB and a core

	passwordMin = 8
	passwordMax = 128
)

var hashing = make(chan struct{}, hashesAtOnce)

func argonKeyOf(password string, salt []byte, memory, passes uint32, lanes uint8, size uint32) []byte {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(password), salt, passes, memory, lanes, size)
}

// hashPassword returns the PHC string of a password.
func hashPassword(password string) string {
	salt := randomBytes(argonSalt)
	key := argonKeyOf(password, salt, argonMemory, argonPasses, argonLanes, argonKey)
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonPasses, argonLanes,
		enc.EncodeToString(salt), enc.EncodeToString(key))
}

// nobody is hashed against when an account does not exist, so that the answer
// takes as long as for one that does.
var nobody = hashPassword(randomToken())

// checkPassword reports whether a password belongs to a PHC string. A string
// that cannot be read belongs to no password.
func checkPassword(phc, password string) bool {
	parts := strings.Split(phc, "$")
	var memory, passes uint32
	var lanes uint8
	if len(parts) != 6 || parts[1] != "argon2id" {
		phc, parts = nobody, strings.Split(nobody, "$")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes); err != nil || memory > 1<<20 || passes > 16 || passes == 0 || lanes == 0 {
		return false
	}
	salt, errSalt := base64.RawStdEncoding.DecodeString(parts[4])
	want, errKey := base64.RawStdEncoding.DecodeString(parts[5])
	if errSalt != nil || errKey != nil || len(want) == 0 {
		return false
	}
	got := argonKeyOf(password, salt, memory, passes, lanes, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1 && phc != nobody
}

// Passwords that are tried first by everybody who guesses.
var commonPasswords = map[string]bool{
	"12345678": true, "123456789": true, "1234567890": true, "password": true, "password1": true, "11111111": true,
	"88888888": true, "66666666": true, "00000000": true, "qwertyui": true, "qwerty123": true, "abc12345": true,
	"a1234567": true, "a12345678": true, "abcd1234": true, "1qaz2wsx": true, "admin123": true, "admin888": true,
	"woaini1314": true, "5201314520": true, "asdfghjkl": true, "iloveyou": true, "87654321": true, "12341234": true,
	"123123123": true, "147258369": true, "zxcvbnm123": true, "huiyin123": true, "p@ssw0rd": true, "aa123456": true,
}

// refusePassword says what is wrong with a new password, nil when nothing is.
func refusePassword(login, password string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case n < passwordMin:
		return invalidField("password", "too_short", "密码至少 %d 位", passwordMin)
	case n > passwordMax:
		return invalidField("password", "too_long", "密码最多 %d 位", passwordMax)
	case commonPasswords[strings.ToLower(password)], strings.EqualFold(password, login):
		return invalidField("password", "too_common", "这个密码太常见，容易被猜中，请换一个")
	}
	return nil
}

func invalidField(field, code, format string, args ...any) *ticket.Refusal {
	r := ticket.Refuse(ticket.ErrInvalid, "invalid_input", format, args...)
	r.Faults = []ticket.FieldFault{{Field: field, Code: code, Message: r.Message}}
	return r
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return b
}

// randomToken is 256 random bits, safe in an address and a header.
func randomToken() string { return base64.RawURLEncoding.EncodeToString(randomBytes(32)) }

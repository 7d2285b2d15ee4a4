package outbox

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"huiyin/internal/webhook"
)

// ErrNoSecret says that the reference in the policy leads to no usable secret.
var ErrNoSecret = errors.New("no secret under this reference")

// SecretsIn reads secrets by reference: env:NAME from the environment,
// file:NAME from a file of that name in dir. Several, parted by space, comma or
// line, all sign: so a receiver changes its secret without a gap. The error is
// ErrNoSecret.
func SecretsIn(dir string) func(reference string) ([][]byte, error) {
	return func(reference string) ([][]byte, error) {
		kind, name, _ := strings.Cut(reference, ":")
		var text string
		switch {
		case kind == "env":
			text = os.Getenv(name)
		case kind == "file" && dir != "" && filepath.Base(name) == name:
			raw, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				return nil, ErrNoSecret
			}
			text = string(raw)
		}
		var keys [][]byte
		for _, secret := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(", \t\r\n", r) }) {
			key, err := webhook.ParseSecret(secret)
			if err != nil {
				return nil, ErrNoSecret
			}
			keys = append(keys, key)
		}
		if len(keys) == 0 {
			return nil, ErrNoSecret
		}
		return keys, nil
	}
}

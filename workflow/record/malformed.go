package record

import (
	"errors"
	"fmt"
)

var errMalformed = errors.New("malformed record")

// Malformed is the error of bytes that nobody here has written.
func Malformed(what string) error { return fmt.Errorf("%w: %s", errMalformed, what) }

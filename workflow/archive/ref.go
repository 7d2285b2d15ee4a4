package archive

import (
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// Ref tells where a ticket lies in the archive.
type Ref struct {
	File           string // without its ending
	Offset         int64
	Record, Sealed int // lengths, one after the other
	Sum            [8]byte
}

// recordMost bounds what a damaged reference may ask for.
const recordMost = 64 << 20

func (r Ref) sound() bool {
	return r.Offset > 0 && r.Record > 0 && r.Sealed >= 0 && r.Record+r.Sealed <= recordMost &&
		r.File != "" && filepath.IsLocal(r.File) && !strings.ContainsAny(r.File, `/\`)
}

// String is the reference as the store keeps it.
func (r Ref) String() string {
	return fmt.Sprintf("%s %s %s %s %x", r.File, strconv.FormatInt(r.Offset, 36), strconv.FormatInt(int64(r.Record), 36), strconv.FormatInt(int64(r.Sealed), 36), r.Sum)
}

// ParseRef is the inverse of String; the error is ErrDamaged.
func ParseRef(text string) (r Ref, err error) {
	parts := strings.Split(text, " ")
	if len(parts) != 5 {
		return r, ErrDamaged
	}
	var numbers [3]int64
	for i := range numbers {
		if numbers[i], err = strconv.ParseInt(parts[i+1], 36, 64); err != nil || numbers[i] < 0 {
			return r, ErrDamaged
		}
	}
	raw, err := hex.DecodeString(parts[4])
	if err != nil || len(raw) != len(r.Sum) || max(numbers[1], numbers[2]) > recordMost {
		return r, ErrDamaged
	}
	r = Ref{File: parts[0], Offset: numbers[0], Record: int(numbers[1]), Sealed: int(numbers[2]), Sum: [8]byte(raw)}
	if !r.sound() {
		return r, ErrDamaged
	}
	return r, nil
}

package record

import (
	"encoding/binary"
	"hash/fnv"
	"slices"
)

// askedBits is the length of a digest of fields: four bytes as it is packed.
const askedBits = 28

// Asked is a short digest of the fields that a request gives, never 0, so that
// the same request is told from another one under the same id. A field that is
// empty is not given.
func Asked(fields map[string]string) uint32 {
	var room [8]string
	names := room[:0]
	for name, value := range fields {
		if value != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	h := fnv.New32a()
	part := func(s string) {
		_, _ = h.Write(binary.AppendUvarint(nil, uint64(len(s))))
		_, _ = h.Write([]byte(s))
	}
	for _, name := range names {
		part(name)
		part(fields[name])
	}
	sum := h.Sum32()
	if sum = (sum ^ sum>>askedBits) & (1<<askedBits - 1); len(names) == 0 || sum == 0 {
		return 1
	}
	return sum
}

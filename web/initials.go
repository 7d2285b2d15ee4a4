package web

import (
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// The first level of GB 2312 stands in the order of pinyin: the code at which
// each initial begins. (No syllable begins with i, u or v.)
var initialStarts = []struct {
	code    int
	initial byte
}{
	{0xB0A1, 'a'}, {0xB0C5, 'b'}, {0xB2C1, 'c'}, {0xB4EE, 'd'}, {0xB6EA, 'e'}, {0xB7A2, 'f'}, {0xB8C1, 'g'}, {0xB9FE, 'h'},
	{0xBBF7, 'j'}, {0xBFA6, 'k'}, {0xC0AC, 'l'}, {0xC2E8, 'm'}, {0xC4C3, 'n'}, {0xC5B6, 'o'}, {0xC5BE, 'p'}, {0xC6DA, 'q'},
	{0xC8BB, 'r'}, {0xC8F6, 's'}, {0xCBFA, 't'}, {0xCDDA, 'w'}, {0xCEF4, 'x'}, {0xD1B9, 'y'}, {0xD4D1, 'z'}, {0xD7FA, 0},
}

// initials are the first letters of the pinyin of a name: 公路中心 is glzx.
// Characters beyond the first level of GB 2312 have none and are left out.
func initials(name string) string {
	var b strings.Builder
	encoder := simplifiedchinese.GBK.NewEncoder()
	for _, r := range strings.ToLower(name) {
		if r < 0x80 {
			if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
				b.WriteRune(r)
			}
			continue
		}
		raw, err := encoder.Bytes([]byte(string(r)))
		if err != nil || len(raw) != 2 {
			continue
		}
		if c := initialOf(int(raw[0])<<8 | int(raw[1])); c != 0 {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func initialOf(code int) byte {
	var found byte
	for _, s := range initialStarts {
		if code < s.code {
			break
		}
		found = s.initial
	}
	return found
}

package ticket

import (
	"strings"
	"unicode/utf8"
)

// MaskName keeps the family name: 张**. It counts runes.
func MaskName(name string) string {
	name = strings.TrimSpace(name)
	r, size := utf8.DecodeRuneInString(name)
	if size == 0 {
		return ""
	}
	return string(r) + strings.Repeat("*", max(1, utf8.RuneCountInString(name)-1))
}

// MaskPhone keeps the first three and last four digits of a mobile number, and
// the last two of anything else.
func MaskPhone(phone string) string {
	digits := []rune(strings.TrimSpace(phone))
	switch {
	case len(digits) == 0:
		return ""
	case len(digits) == 11:
		return string(digits[:3]) + "****" + string(digits[7:])
	case len(digits) > 4:
		return strings.Repeat("*", len(digits)-2) + string(digits[len(digits)-2:])
	}
	return strings.Repeat("*", len(digits))
}

// MaskIDNumber keeps the last four characters.
func MaskIDNumber(id string) string {
	r := []rune(strings.TrimSpace(id))
	if len(r) <= 4 {
		return strings.Repeat("*", len(r))
	}
	return strings.Repeat("*", len(r)-4) + string(r[len(r)-4:])
}

// MaskAddress keeps what comes before the first number: the street, not the door.
func MaskAddress(address string) string {
	address = strings.TrimSpace(address)
	for i, r := range address {
		if r >= '0' && r <= '9' || strings.ContainsRune("一二三四五六七八九十", r) && i > 0 && strings.ContainsAny(address[i:], "号栋幢室楼") {
			return address[:i] + "***"
		}
	}
	if address == "" {
		return ""
	}
	r := []rune(address)
	return string(r[:min(6, len(r))]) + "***"
}

// Masked is the caller as people see who have no reason to see more.
func (c Caller) Masked() Caller {
	return Caller{
		Name: MaskName(c.Name), Sex: c.Sex, Phone: MaskPhone(c.Phone), Contact: MaskPhone(c.Contact),
		Address: MaskAddress(c.Address), IDNo: MaskIDNumber(c.IDNo),
	}
}

// IsPhone reports whether digits are a mobile or landline number of the mainland.
func IsPhone(d string) bool {
	d = strings.TrimPrefix(d, "+")
	if len(d) == 13 && strings.HasPrefix(d, "86") {
		d = d[2:]
	}
	if !onlyDigits(d) {
		return false
	}
	switch {
	case len(d) == 11 && d[0] == '1' && d[1] >= '3':
		return true
	case d[0] == '0' && len(d) >= 10 && len(d) <= 12: // area code and number
		return true
	case (len(d) == 7 || len(d) == 8) && d[0] >= '2': // a local number
		return true
	}
	return false
}

// ValidIDNumber checks the 18-character identity number: date and checksum of
// GB 11643.
func ValidIDNumber(id string) bool {
	if len(id) != 18 || !onlyDigits(id[:17]) || !birthDate(id[6:14]) {
		return false
	}
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(id[i]-'0') * w
	}
	check := "10X98765432"[sum%11]
	last := id[17]
	if last == 'x' {
		last = 'X'
	}
	return last == check
}

func luhn(d string) bool {
	sum := 0
	for i := range len(d) {
		n := int(d[len(d)-1-i] - '0')
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}

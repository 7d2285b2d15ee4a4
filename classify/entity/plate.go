package entity

import (
	"strings"
	"unicode/utf8"

	"huiyin/ticket"
)

// provinces are the first characters of plates (GA 36), the embassies' and
// consulates' apart.
const provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

// lastSigns end plates of four digits or letters: trailers, learners, police,
// Hong Kong, Macao, consulates.
const lastSigns = "挂学警港澳领试超"

// plate recognises 皖A12345, 皖A·D12345, 皖A1234学. The run begins
// with the letter after the province.
func (st *state) plate(from, to int) int {
	start, end := from-3, to
	number := st.text[from+1 : to]
	if number == "" { // 皖A·12345, 皖A 12345
		gap := separatorAfter(st.text[to:])
		if gap == 0 {
			return 0
		}
		end = to + gap
		for end < len(st.text) && isAlnum(st.text[end]) {
			end++
		}
		number = st.text[to+gap : end]
	}
	sign := ""
	if len(number) == 4 && end+3 <= len(st.text) && strings.Contains(lastSigns, st.text[end:end+3]) && utf8.RuneStart(st.text[end]) {
		sign = st.text[end : end+3]
		end += 3
	}
	number = strings.ToUpper(number)
	if !plateNumber(number, sign != "") {
		return 0
	}
	st.add(ticket.EntityPlate, start, end, st.text[start:from]+strings.ToUpper(st.text[from:from+1])+number+sign)
	return end
}

func separatorAfter(s string) int {
	for _, sep := range []string{"·", "•", "・", "-", "—", ".", " "} {
		if strings.HasPrefix(s, sep) && len(s) > len(sep) && isAlnum(s[len(sep)]) {
			return len(sep)
		}
	}
	return 0
}

// plateNumber checks what follows the letter of the authority: five letters or
// digits without I and O, of which at least two digits; or six for new-energy
// vehicles, where D or F (A to K) leads five digits or letters, or ends five digits.
func plateNumber(s string, signed bool) bool {
	if strings.ContainsAny(s, "IO") {
		return false
	}
	digits := 0
	for i := range len(s) {
		if isDigit(s[i]) {
			digits++
		}
	}
	switch len(s) {
	case 4:
		return signed && digits >= 2
	case 5:
		return digits >= 2
	case 6:
		return energyLetter(s[0]) && digits >= 4 && allDigits(s[2:]) || energyLetter(s[5]) && allDigits(s[:5])
	}
	return false
}

func energyLetter(b byte) bool { return b >= 'A' && b <= 'K' && b != 'I' }

package grid

import (
	"math"
	"strconv"
	"strings"
)

// Excel keeps this many significant digits of a number; the rest become zeros.
const excelDigits = 15

// Plain writes a number as people do, without an exponent where that loses
// nothing: 1.2E+3 is 1200. Anything else is returned as it is.
func Plain(number string) string {
	if !strings.ContainsAny(number, "eE") {
		return number
	}
	f, err := strconv.ParseFloat(number, 64)
	if err != nil || math.Abs(f) >= 1e15 {
		return number
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// LostDigits reports whether a number is an integer of more digits than Excel
// keeps whose last digits are gone: 2.50912101108115E+17, or 18 digits that end
// in zeros from the sixteenth on. Work order numbers go this way when a column
// is not formatted as text.
func LostDigits(number string) bool {
	mantissa, exponent, hasExponent := strings.Cut(strings.ToUpper(strings.TrimPrefix(number, "-")), "E")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if !digitsOnly(whole) || fraction != "" && !digitsOnly(fraction) {
		return false
	}
	shift := 0
	if hasExponent {
		var err error
		if shift, err = strconv.Atoi(strings.TrimPrefix(exponent, "+")); err != nil {
			return false
		}
	}
	digits := whole + fraction
	length := len(whole) + shift // of the integer part
	if length <= excelDigits || length > 300 {
		return length > excelDigits
	}
	if len(digits) < length {
		return true
	}
	return strings.Trim(digits[excelDigits:length], "0") == ""
}

func digitsOnly(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

package grid

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestLostDigits(t *testing.T) {
	for name, c := range map[string]struct {
		number string
		want   bool
	}{
		"Excel's exponent form of 18 digits":            {"2.50912101108115E+17", true},
		"seventeen digits in exponent form of eighteen": {"2.5091210110811539E+17", true},
		"written out, zeros from the sixteenth on":      {"250912101108115000", true},
		"sixteen digits, the last one rounded off":      {"2509121011081150", true},
		"all eighteen digits are there":                 {"250912101108115409", false},
		"sixteen digits in exponent form, all there":    {"1.234567890123456E+15", false},
		"fifteen digits are kept by Excel":              {"250912101108110", false},
		"a small number in exponent form":               {"1.2E+3", false},
		"a fraction":                                    {"46296.727", false},
		"no number":                                     {"热线-260402-062267", false},
		"an exponent beyond everything":                 {"1E+400", true},
		"empty":                                         {"", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := LostDigits(c.number); got != c.want {
				t.Errorf("%s: got %v", c.number, got)
			}
		})
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{"1.2E+3": "1200", "12": "12", "2.50912101108115E+17": "2.50912101108115E+17", "1e-2": "0.01", "甲e": "甲e"} {
		if got := Plain(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

func TestFromSerial(t *testing.T) {
	for name, c := range map[string]struct {
		serial float64
		of1904 bool
		want   string
	}{
		"a day":                           {46114, false, "2026-04-02 00:00:00"},
		"a second, rounded from a float":  {46114.7617824, false, "2026-04-02 18:16:58"},
		"the last second rounds up":       {46114.999999, false, "2026-04-03 00:00:00"},
		"the other date system of Excel":  {46114 - 1462, true, "2026-04-02 00:00:00"},
		"noon":                            {43836.5, false, "2020-01-06 12:00:00"},
		"a time of day is no date":        {0.76, false, ""},
		"a work order number is no date":  {250912, false, ""},
		"a negative number is no date":    {-5, false, ""},
		"a small count is no date either": {365, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := FromSerial(c.serial, c.of1904)
			if ok != (c.want != "") || ok && got.Format(TimeText) != c.want {
				t.Errorf("got %v %v, want %s", got, ok, c.want)
			}
		})
	}
}

func TestFromSerialCountsEveryDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "seconds"), 0).UTC()
		serial := at.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Seconds() / 86400
		if got, ok := FromSerial(serial, false); !ok || !got.Equal(at) {
			t.Fatalf("%v became %v", at, got)
		}
	})
}

func TestDateFormat(t *testing.T) {
	for name, c := range map[string]struct {
		id   int
		code string
		want bool
	}{
		"built-in date":                    {14, "", true},
		"built-in East Asian date":         {31, "", true},
		"Chinese date":                     {176, `yyyy"年"m"月"d"日"`, true},
		"elapsed hours":                    {177, "[h]:mm", true},
		"locale and date":                  {178, "[$-804]yyyy/m/d h:mm", true},
		"general":                          {0, "General", false},
		"text":                             {49, "@", false},
		"red negative numbers":             {179, "0.00;[Red]-0.00", false},
		"a unit in quotes is no date":      {180, `0"days"`, false},
		"an escaped letter is no date":     {181, `0\d`, false},
		"general within a condition":       {182, "[>9]General;0", false},
		"no code for an own format number": {183, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := DateFormat(c.id, c.code); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestUnescape(t *testing.T) {
	for in, want := range map[string]string{
		"'=1+1": "=1+1", "'250912101108115409": "250912101108115409", "\t13900000000": "13900000000",
		`="250912101108115409"`: "250912101108115409", "'好'": "'好'", "'": "'", `="a"&"b"`: `="a"&"b"`, "正文": "正文",
	} {
		if got := Unescape(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestEscape(t *testing.T) {
	for _, lead := range []string{"=", "+", "-", "@", "\t", "\r", "\x00", "＝", "＋", "－", "＠"} {
		if got := Escape(lead + "cmd"); got != "'"+lead+"cmd" {
			t.Errorf("%q is not escaped: %q", lead, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`['=＝@\-a中]{0,5}[a中]`).Draw(t, "text")
		if got := Unescape(Escape(text)); got != text && !digitsOnly(got) {
			t.Fatalf("%q came back as %q", text, got)
		}
	})
}

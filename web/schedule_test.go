package web

import "testing"

func TestSchedulesAreSaidInWords(t *testing.T) {
	for spec, want := range map[string]string{
		"*/5 * * * *":         "每 5 分钟",
		"0 * * * *":           "每小时整点",
		"40 * * * *":          "每小时第 40 分",
		"10 9 * * *":          "每天 09:10",
		"0 6 1 * *":           "每月1日 06:00",
		"30 7 1-12 * *":       "每月1日至12日 07:30",
		"0 8 1-12 1,4,7,10 *": "每季度首月1日至12日 08:00",
		"0 8 5 1,7 *":         "1、7月5日 08:00",
		"0 8 * * 1":           "0 8 * * 1",
		"@hourly":             "@hourly",
	} {
		if got := scheduleWords(spec); got != want {
			t.Errorf("%s is said as %q, want %q", spec, got, want)
		}
	}
}

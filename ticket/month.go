package ticket

import (
	"fmt"
	"time"
)

// Month is a month in Shanghai, "2006-01".
type Month string

// MonthOf is the month in Shanghai in which an instant lies.
func MonthOf(t time.Time) Month { return Month(t.In(Shanghai).Format("2006-01")) }

// ParseMonth reads "2006-01".
func ParseMonth(s string) (Month, error) {
	if _, err := time.ParseInLocation("2006-01", s, Shanghai); err != nil {
		return "", fmt.Errorf("月份“%s”应写成 2026-10 这样", s)
	}
	return Month(s), nil
}

// Start is the first instant of the month.
func (m Month) Start() time.Time {
	t, _ := time.ParseInLocation("2006-01", string(m), Shanghai)
	return t
}

// End is the first instant after the month.
func (m Month) End() time.Time { return m.Start().AddDate(0, 1, 0) }

// Add returns the month n months later (earlier when negative).
func (m Month) Add(n int) Month { return MonthOf(m.Start().AddDate(0, n, 0)) }

// Name is the month as people write it: 2026年10月.
func (m Month) Name() string {
	t := m.Start()
	return fmt.Sprintf("%d年%d月", t.Year(), t.Month())
}

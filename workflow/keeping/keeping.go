// Package keeping knows how long things are kept: closed tickets in the store,
// backups on the disk. The numbers are policy.
package keeping

import (
	"io/fs"
	"time"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// File is the table of these numbers.
const File = "keeping.csv"

// Settings are the numbers of keeping.csv.
type Settings struct {
	// ArchiveMonths is how many whole months a finished ticket stays in the
	// store, 0 for ever.
	ArchiveMonths int
	// Backups is how many backups of the daily job stay.
	Backups int
	// BackupHours is how old the latest good backup may be before people are told.
	BackupHours int
}

func (s *Settings) numbers() []policyfile.Number {
	return []policyfile.Number{
		{Name: "归档月数", Low: 0, High: 600, Whole: true, Set: func(v float64) { s.ArchiveMonths = int(v) }},
		{Name: "备份保留份数", Low: 2, High: 1000, Whole: true, Set: func(v float64) { s.Backups = int(v) }},
		{Name: "备份最久小时", Low: 1, High: 8760, Whole: true, Set: func(v float64) { s.BackupHours = int(v) }},
	}
}

// Load reads keeping.csv. The error is a policyfile.Faults.
func Load(fsys fs.FS) (Settings, error) {
	var s Settings
	err := policyfile.ReadNumbers(fsys, File, s.numbers())
	return s, err
}

// Before is the month before whose start a ticket must have been finished to
// leave the store; ok is false when none leaves.
func (s Settings) Before(now time.Time) (m ticket.Month, ok bool) {
	return ticket.MonthOf(now).Add(-s.ArchiveMonths), s.ArchiveMonths > 0
}

// Package backup makes one file of a whole installation, the store with the
// files beside it, and brings it back: a tar archive under zstd, encrypted where
// a password is given, that ends with a manifest of everything in it. A file
// that was cut, changed or not written to its end does not come back.
package backup

import (
	"strings"
	"time"
)

// Format is the layout of the file: which names stand in it and what they hold.
const Format = 1

// The names in the archive: the store's snapshot, the files of the data folder
// under dataPrefix, those of an own policy folder under policyPrefix, and last
// the manifest.
const (
	storeName    = "store.rdb"
	dataPrefix   = "data/"
	policyPrefix = "policy/"
	manifestName = "manifest.json"
)

// Manifest says what a backup is and lists what is in it.
type Manifest struct {
	Format  int       `json:"format"`
	MadeAt  time.Time `json:"made_at"`
	Version string    `json:"version"`        // of the program that made it
	Schema  string    `json:"schema"`         // of the store
	Store   string    `json:"store"`          // which store it is
	Root    int64     `json:"root,omitempty"` // number of the latest signed root in it
	Policy  int       `json:"policy"`         // published version in force, 0 for none
	Files   []File    `json:"files"`
}

// File is one file of a backup.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Size is the length of all files together.
func (m *Manifest) Size() int64 {
	sum := int64(0)
	for _, f := range m.Files {
		sum += f.Size
	}
	return sum
}

// The endings of a backup's name.
const (
	extension       = ".tar.zst"
	sealedExtension = extension + ".enc"
)

// Name is the usual name of a backup, which sorts by the time at which it was
// made; callers give it in the zone of their people.
func Name(at time.Time, sealed bool) string {
	name := "huiyin-" + at.Format("20060102-150405")
	if sealed {
		return name + sealedExtension
	}
	return name + extension
}

// IsName reports whether a file is named like a backup, or like one that is
// being written.
func IsName(name string) bool {
	return strings.HasPrefix(name, "huiyin-") && strings.Contains(name, extension)
}

// IsWhole reports whether a file is named like a backup that was finished.
func IsWhole(name string) bool {
	return strings.HasPrefix(name, "huiyin-") && (strings.HasSuffix(name, extension) || strings.HasSuffix(name, sealedExtension))
}

// Package tables holds the default policy: the folder of csv files that a
// bureau copies, edits and publishes. The loader of each file lives in the room
// that understands it; this package only hands the files over.
package tables

import (
	"embed"
	"io/fs"
)

//go:embed *.csv mappings/*.csv
var files embed.FS

// Default is the policy that a new installation starts with. Its root holds
// the csv files themselves; mappings/ holds the column mappings of imports.
func Default() fs.FS { return files }

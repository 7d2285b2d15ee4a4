package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Files are the bytes of a report by format, all but pdf: that takes a minute's
// work of another program, and is made of the others when somebody asks for it.
func Files(m *Month) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, f := range Formats {
		if f == "pdf" {
			continue
		}
		b, err := Bytes(m, f)
		if err != nil {
			return nil, err
		}
		files[f] = b
	}
	return files, nil
}

// Bytes is a report in one of the Formats.
func Bytes(m *Month, format string) ([]byte, error) {
	var b bytes.Buffer
	if err := writers[format](&b, m); err != nil {
		return nil, fmt.Errorf("write %s: %w", format, err)
	}
	return b.Bytes(), nil
}

// Read reads a report that was written as JSON.
func Read(raw []byte) (*Month, error) {
	var m Month
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, err
	}
	return &m, nil
}

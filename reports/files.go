package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Files are the bytes of a report in every format, by its name.
func Files(m *Month) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, f := range Formats {
		var b bytes.Buffer
		if err := writers[f](&b, m); err != nil {
			return nil, fmt.Errorf("write %s: %w", f, err)
		}
		files[f] = b.Bytes()
	}
	return files, nil
}

// Read reads a report that was written as JSON.
func Read(raw []byte) (*Month, error) {
	var m Month
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, err
	}
	return &m, nil
}

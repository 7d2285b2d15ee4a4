package xlsx

import (
	"bufio"
	"bytes"
	"os"
	"strconv"
	"unicode/utf8"
)

// Shared texts beyond this many bytes go to a temporary file.
const textsInMemory = 48 << 20

// texts are the shared texts of a workbook by index.
type texts struct {
	memory []byte
	ends   []int64 // of each text, counted over memory and file together
	file   *os.File
	out    *bufio.Writer
}

func (t *texts) add(text []byte) error {
	end := int64(len(text))
	if n := len(t.ends); n > 0 {
		end += t.ends[n-1]
	}
	t.ends = append(t.ends, end)
	if t.file == nil && len(t.memory)+len(text) <= textsInMemory {
		t.memory = append(t.memory, text...)
		return nil
	}
	if t.file == nil {
		file, err := os.CreateTemp("", "huiyin-sheet-")
		if err != nil {
			return err
		}
		t.file, t.out = file, bufio.NewWriterSize(file, 1<<20)
	}
	_, err := t.out.Write(text)
	return err
}

func (t *texts) flush() error {
	if t.out == nil {
		return nil
	}
	return t.out.Flush()
}

func (t *texts) get(index int) (string, error) {
	if index < 0 || index >= len(t.ends) {
		return "", ErrCell
	}
	start, end := int64(0), t.ends[index]
	if index > 0 {
		start = t.ends[index-1]
	}
	inMemory := int64(len(t.memory))
	if end <= inMemory {
		return string(t.memory[start:end]), nil
	}
	text := make([]byte, end-start)
	if _, err := t.file.ReadAt(text, start-inMemory); err != nil {
		return "", err
	}
	return string(text), nil
}

func (t *texts) close() error {
	if t.file == nil {
		return nil
	}
	err := t.file.Close()
	if removed := os.Remove(t.file.Name()); err == nil {
		err = removed
	}
	t.file = nil
	return err
}

// unescape resolves the _x000D_ escapes (ST_Xstring) from an offset on.
func unescape(text []byte, from int) []byte {
	if !bytes.Contains(text[from:], []byte("_x")) {
		return text
	}
	out := from
	for i := from; i < len(text); {
		if r, ok := escape(text[i:]); ok {
			out += copy(text[out:], utf8.AppendRune(nil, r))
			i += len("_x0000_")
			continue
		}
		text[out] = text[i]
		out++
		i++
	}
	return text[:out]
}

func escape(text []byte) (rune, bool) {
	if len(text) < len("_x0000_") || text[0] != '_' || text[1] != 'x' || text[6] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	if err != nil || !utf8.ValidRune(rune(n)) {
		return 0, false
	}
	return rune(n), true
}

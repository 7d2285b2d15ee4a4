//go:build cgo

package jieba

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"huiyin/classify/jieba/dict"
	"huiyin/classify/segment"
)

// readable reports whether the library can read a text: it ends at NUL and
// drops everything when the bytes are not UTF-8.
func readable(text string) bool {
	return utf8.ValidString(text) && strings.IndexByte(text, 0) < 0
}

// userFile is the user dictionary in the library's form. Words that no text
// can give would spoil their line and are left out.
func userFile(words []segment.Word) []byte {
	var b []byte
	for _, w := range words {
		if !w.Usable() {
			continue
		}
		b = append(b, w.Text...)
		if w.Freq > 0 {
			b = append(b, ' ')
			b = strconv.AppendInt(b, int64(w.Freq), 10)
		}
		if tag := strings.TrimSpace(w.Tag); tag != "" && !strings.ContainsAny(tag, " \n") {
			b = append(b, ' ')
			b = append(b, tag...)
		} else if w.Freq > 0 {
			b = append(b, " n"...) // the frequency counts only in a line of three
		}
		b = append(b, '\n')
	}
	return b
}

// unpacked is the five files that the library wants, in its order.
type unpacked struct {
	paths [5]string
	close func()
}

// noIDF stands for the frequencies that only the library's own keyword
// extraction would use; they cost 16 MB.
var noIDF = []byte("的 1\n")

func unpack(user []byte) (*unpacked, error) {
	var contents [5][]byte
	names := [5]string{dict.Words, dict.Model, dict.User, dict.IDF, dict.StopWords}
	for i, name := range names {
		var err error
		switch name {
		case dict.User:
			contents[i] = user
		case dict.IDF:
			contents[i] = noIDF
		default:
			contents[i], err = dict.Read(name)
		}
		if err != nil {
			return nil, err
		}
	}
	files, err := inMemory(names, contents)
	if err != nil {
		files, err = inFolder(names, contents)
	}
	if err != nil {
		return nil, fmt.Errorf("分词文件放不出来，请检查临时目录 %s 是否可写、是否还有 20MB 空间: %w", os.TempDir(), err)
	}
	for i, path := range files.paths {
		if info, err := os.Stat(path); err != nil || info.Size() != int64(len(contents[i])) {
			files.close()
			return nil, fmt.Errorf("分词文件 %s 不完整，请检查临时目录 %s", names[i], os.TempDir())
		}
	}
	return files, nil
}

// inFolder writes the files to a folder of their own.
func inFolder(names [5]string, contents [5][]byte) (*unpacked, error) {
	dir, err := os.MkdirTemp("", "huiyin-jieba-")
	if err != nil {
		return nil, err
	}
	files := &unpacked{close: func() { os.RemoveAll(dir) }}
	for i, name := range names {
		files.paths[i] = dir + string(os.PathSeparator) + name
		if err := os.WriteFile(files.paths[i], contents[i], 0o600); err != nil {
			files.close()
			return nil, err
		}
	}
	return files, nil
}

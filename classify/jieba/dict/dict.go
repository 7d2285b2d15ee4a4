// Package dict holds gojieba's dictionary, model, inverse document frequencies
// and stop words, so that gojieba itself and the segmenter in pure Go work
// from one source, from any folder and from a binary that was moved.
//
// The files are those of gojieba v1.4.6 (MIT licence, see LICENSE-gojieba.txt
// and LICENSE-cppjieba.txt), compressed; SHA256SUMS has their checksums.
package dict

import (
	"bytes"
	"embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"huiyin/classify/segment"

	"github.com/klauspost/compress/zstd"
)

// Names of the files.
const (
	Words     = "jieba.dict.utf8"
	Model     = "hmm_model.utf8"
	User      = "user.dict.utf8"
	IDF       = "idf.utf8"
	StopWords = "stop_words.utf8"
)

//go:generate sh -c "go run ./pack \"$(go list -m -f '{{.Dir}}' github.com/yanyiwu/gojieba)\""

//go:embed *.zst
var packed embed.FS

//go:embed SHA256SUMS
var checksums string

var unpacker = sync.OnceValues(func() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
})

// Read is the content of a file by its name.
func Read(name string) ([]byte, error) {
	raw, err := packed.ReadFile(name + ".zst")
	if err != nil {
		return nil, fmt.Errorf("程序里没有分词文件 %s", name)
	}
	decoder, err := unpacker()
	if err == nil {
		raw, err = decoder.DecodeAll(raw, nil)
	}
	if err != nil {
		return nil, fmt.Errorf("程序里的分词文件 %s 已损坏: %w", name, err)
	}
	return raw, nil
}

// UserWords are the words of gojieba's own user dictionary.
func UserWords() ([]segment.Word, error) {
	raw, err := Read(User)
	if err != nil {
		return nil, err
	}
	var words []segment.Word
	for line := range strings.Lines(string(raw)) {
		switch f := strings.Fields(line); len(f) {
		case 1:
			words = append(words, segment.Word{Text: f[0]})
		case 2:
			words = append(words, segment.Word{Text: f[0], Tag: f[1]})
		case 3:
			freq, err := strconv.Atoi(f[1])
			if err != nil {
				return nil, fmt.Errorf("程序里的分词文件 %s 已损坏: %w", User, err)
			}
			words = append(words, segment.Word{Text: f[0], Freq: freq, Tag: f[2]})
		}
	}
	return words, nil
}

// Segmenter is the segmenter in pure Go over the dictionary, gojieba's user
// words and the given ones.
func Segmenter(user []segment.Word) (*segment.Dict, error) {
	words, err := Read(Words)
	if err != nil {
		return nil, err
	}
	model, err := Read(Model)
	if err != nil {
		return nil, err
	}
	own, err := UserWords()
	if err != nil {
		return nil, err
	}
	return segment.Build(bytes.NewReader(words), bytes.NewReader(model), append(own, user...))
}

// Checksums are the SHA-256 sums of the files by name, as gojieba ships them.
func Checksums() map[string]string {
	sums := make(map[string]string)
	for line := range strings.Lines(checksums) {
		if f := strings.Fields(line); len(f) == 2 {
			sums[f[1]] = f[0]
		}
	}
	return sums
}

// Command pack compresses gojieba's dictionary files into the folder it is run
// in and writes their checksums: go run ./pack "$(go list -m -f '{{.Dir}}' github.com/yanyiwu/gojieba)"
package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "用法：pack gojieba模块目录")
		os.Exit(2)
	}
	if err := pack(filepath.Join(os.Args[1], "deps", "cppjieba")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func pack(cppjieba string) error {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	var sums strings.Builder
	for _, name := range []string{"jieba.dict.utf8", "hmm_model.utf8", "user.dict.utf8", "idf.utf8", "stop_words.utf8"} {
		raw, err := os.ReadFile(filepath.Join(cppjieba, "dict", name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(raw), name)
		if err := os.WriteFile(name+".zst", enc.EncodeAll(raw, nil), 0o644); err != nil {
			return err
		}
	}
	if err := os.WriteFile("SHA256SUMS", []byte(sums.String()), 0o644); err != nil {
		return err
	}
	license, err := os.ReadFile(filepath.Join(cppjieba, "LICENSE"))
	if err != nil {
		return err
	}
	return os.WriteFile("LICENSE-cppjieba.txt", license, 0o644)
}

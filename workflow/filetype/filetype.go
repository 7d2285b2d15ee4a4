// Package filetype tells what a file is by what it holds, never by its name,
// and takes out of pictures and films where they were taken. It reads no disk.
package filetype

import (
	"archive/zip"
	"bytes"
	"errors"
	"slices"
	"strings"
	"unicode/utf16"
)

// Type is a kind of file that a policy may allow.
type Type struct {
	Name    string // as the policy names it
	Title   string // 中文
	Media   string // of HTTP
	Exts    []string
	Picture bool // shown beside the text, not only to be downloaded
	is      func([]byte) bool
}

// What keeps a file out, whatever the policy allows.
var (
	ErrMacro  = errors.New("filetype: holds a program (macro)")
	ErrBroken = errors.New("filetype: is damaged")
)

// Types are the kinds that can be told apart.
var Types = []Type{
	{"jpg", "JPG 照片", "image/jpeg", []string{"jpg", "jpeg"}, true, starts("\xff\xd8\xff")},
	{"png", "PNG 图片", "image/png", []string{"png"}, true, starts("\x89PNG\r\n\x1a\n")},
	{"pdf", "PDF 文件", "application/pdf", []string{"pdf"}, false, starts("%PDF-")},
	{"docx", "Word 文件", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", []string{"docx"}, false, office("word/")},
	{"xlsx", "Excel 文件", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", []string{"xlsx"}, false, office("xl/")},
	{"doc", "老式 Word 文件", "application/msword", []string{"doc", "wps"}, false, compound("WordDocument")},
	{"xls", "老式 Excel 文件", "application/vnd.ms-excel", []string{"xls", "et"}, false, compound("Workbook")},
	{"mp3", "MP3 录音", "audio/mpeg", []string{"mp3"}, false, isMP3},
	{"wav", "WAV 录音", "audio/wav", []string{"wav"}, false, func(b []byte) bool {
		return starts("RIFF")(b) && len(b) >= 12 && string(b[8:12]) == "WAVE"
	}},
	{"amr", "AMR 录音", "audio/amr", []string{"amr"}, false, starts("#!AMR")},
	{"m4a", "M4A 录音", "audio/mp4", []string{"m4a"}, false, brand("M4A ", "M4B ")},
	{"mp4", "MP4 视频", "video/mp4", []string{"mp4", "m4v"}, false, brand("isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V ", "MSNV", "dash", "3gp4", "3gp5", "3gp6")},
}

// Find finds a type by its name.
func Find(name string) (Type, bool) {
	i := slices.IndexFunc(Types, func(t Type) bool { return t.Name == name })
	if i < 0 {
		return Type{}, false
	}
	return Types[i], true
}

// Sniff tells the type of a file; ok is false for what is none of Types.
func Sniff(content []byte) (t Type, ok bool) {
	for _, t := range Types {
		if t.is(content) {
			return t, true
		}
	}
	return Type{}, false
}

// Clean gives the file as it may be kept: without where it was taken. Errors:
// ErrMacro, ErrBroken.
func (t Type) Clean(content []byte) ([]byte, error) {
	switch t.Name {
	case "jpg":
		return cleanJPEG(content)
	case "png":
		return cleanPNG(content)
	case "mp4", "m4a":
		return cleanFilm(content), nil
	case "docx", "xlsx":
		return content, officeFault(content)
	case "doc", "xls":
		if bytes.Contains(content, wide("_VBA_PROJECT")) {
			return nil, ErrMacro
		}
	case "pdf":
		if !bytes.Contains(content[max(0, len(content)-2048):], []byte("%%EOF")) {
			return nil, ErrBroken
		}
	}
	return content, nil
}

// FileName is the name under which people see the file: without a path, and
// with an ending that says what it is.
func (t Type) FileName(given string) string {
	stem, ext := given, ""
	if i := strings.LastIndexByte(given, '.'); i > 0 {
		stem, ext = given[:i], strings.ToLower(given[i+1:])
	}
	if slices.Contains(t.Exts, ext) {
		return stem + "." + ext
	}
	if ext != "" && !known(ext) { // a dot in a name without an ending: 3.2号线
		stem = given
	}
	return stem + "." + t.Exts[0]
}

func known(ext string) bool {
	return len(ext) <= 4 && strings.Trim(ext, "abcdefghijklmnopqrstuvwxyz0123456789") == "" && strings.Trim(ext, "0123456789") != ""
}

func starts(magic string) func([]byte) bool {
	return func(b []byte) bool { return bytes.HasPrefix(b, []byte(magic)) }
}

// isMP3 knows an ID3 tag, or the sync word of an MPEG audio frame of layer III.
func isMP3(b []byte) bool {
	return starts("ID3")(b) || len(b) >= 4 && b[0] == 0xff && b[1]&0xe6 == 0xe2 && b[2]&0xf0 != 0xf0 && b[2]&0x0c != 0x0c
}

// brand knows the ISO base media format by what its ftyp box says it is.
func brand(brands ...string) func([]byte) bool {
	return func(b []byte) bool {
		return len(b) >= 12 && string(b[4:8]) == "ftyp" && slices.Contains(brands, string(b[8:12]))
	}
}

func office(folder string) func([]byte) bool {
	return func(b []byte) bool {
		if !starts("PK\x03\x04")(b) {
			return false
		}
		names, err := entries(b)
		return err == nil && slices.Contains(names, "[Content_Types].xml") &&
			slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, folder) })
	}
}

func officeFault(b []byte) error {
	names, err := entries(b)
	if err != nil {
		return ErrBroken
	}
	for _, n := range names {
		if strings.HasSuffix(strings.ToLower(n), "vbaproject.bin") {
			return ErrMacro
		}
	}
	return nil
}

// entries are the names in a zip. Nothing is unpacked.
func entries(b []byte) ([]string, error) {
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	names := make([]string, len(r.File))
	for i, f := range r.File {
		names[i] = f.Name
	}
	return names, nil
}

// compound knows an OLE compound file by a stream that it names.
func compound(stream string) func([]byte) bool {
	return func(b []byte) bool {
		return starts("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")(b) && bytes.Contains(b, wide(stream))
	}
}

// wide is a text as the directory of a compound file writes it: UTF-16LE.
func wide(text string) []byte {
	var b []byte
	for _, c := range utf16.Encode([]rune(text)) {
		b = append(b, byte(c), byte(c>>8))
	}
	return b
}

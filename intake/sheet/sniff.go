package sheet

import (
	"bytes"
	"strings"
)

// Format is what a file is, by its content; names lie.
type Format string

// The formats that are read.
const (
	XLSX           Format = "xlsx"
	XLS            Format = "xls"
	HTML           Format = "html"
	SpreadsheetML  Format = "xml"
	CSV            Format = "csv"
	unknown        Format = ""
	sniffBytes            = 8 << 10
	spreadsheetMLN        = "urn:schemas-microsoft-com:office:spreadsheet"
)

// binaryFormat tells the formats that show by their first bytes; a text file is
// unknown here.
func binaryFormat(head []byte) Format {
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return XLSX
	case bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")), bytes.HasPrefix(head, []byte("\x09\x08")):
		return XLS
	}
	return unknown
}

// foreign names what a file is that is plainly no table, empty when it may be one.
func foreign(head []byte) string {
	for magic, name := range map[string]string{
		"%PDF": "PDF 文档", "\x89PNG": "图片", "\xFF\xD8\xFF": "图片", "GIF8": "图片", "Rar!": "RAR 压缩包",
		"7z\xBC\xAF": "7z 压缩包", "\x1F\x8B": "压缩包", "{\\rtf": "RTF 文档", "MIME-Version:": "单个网页文件（mht）",
		"SQLite format 3": "数据库文件",
	} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return name
		}
	}
	return ""
}

// textFormat tells markup from plain text by the beginning of the decoded text.
func textFormat(head string) Format {
	head = strings.ToLower(strings.TrimLeft(head, " \t\r\n"))
	switch {
	case !strings.HasPrefix(head, "<"):
		return CSV
	case strings.Contains(head, spreadsheetMLN), strings.HasPrefix(head, "<?xml") && strings.Contains(head, "<workbook"):
		return SpreadsheetML
	case strings.Contains(head, "<html"), strings.Contains(head, "<table"), strings.Contains(head, "<body"),
		strings.Contains(head, "<meta"), strings.Contains(head, "<style"), strings.HasPrefix(head, "<!doctype"):
		return HTML
	}
	return CSV
}

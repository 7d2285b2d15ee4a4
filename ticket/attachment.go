package ticket

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// File is a file that a step adds to a ticket, by what it holds. Its bytes lie
// outside the store; the SHA-256 stands in the ticket's history, so that a
// changed or missing file shows.
type File struct {
	SHA256 string `json:"sha256"` // of the bytes as they are handed out, 64 hex digits
	Size   int64  `json:"size"`   // bytes
	Type   string `json:"type"`   // as the policy names it: jpg, pdf, …
	Name   string `json:"name"`   // as people see it, without a path
}

// Purposes of an attachment.
const (
	FromCaller = "caller"  // what the caller handed in
	OfHandling = "work"    // what the handling left behind
	OfContact  = "contact" // that the caller was told, or cannot be reached
)

// Attachment is a file of a ticket, and how it came there.
type Attachment struct {
	File
	Purpose string    `json:"purpose"`
	Note    string    `json:"note,omitempty"`
	Seq     int64     `json:"seq"` // of the event that added it
	At      time.Time `json:"at"`
	Actor   string    `json:"actor"`
	By      string    `json:"by"` // name of the person, as it was then
	Role    Role      `json:"role"`
	Unit    string    `json:"unit,omitempty"`
}

// The fields of the steps that add and take away files.
const (
	FilesField   = "files"
	FileField    = "file"
	PurposeField = "purpose"
	NoteField    = "note"
)

var errFiles = errors.New("a list of files is a line each: sha256 size type name")

// FormatFiles writes files as the field of an event keeps them, a line each.
func FormatFiles(files []File) string {
	lines := make([]string, len(files))
	for i, f := range files {
		lines[i] = fmt.Sprintf("%s %d %s %s", f.SHA256, f.Size, f.Type, f.Name)
	}
	return strings.Join(lines, "\n")
}

// ParseFiles is the inverse of FormatFiles. It refuses what is no such list.
func ParseFiles(text string) ([]File, error) {
	var files []File
	for line := range strings.SplitSeq(text, "\n") {
		parts := strings.SplitN(line, " ", 4)
		if len(parts) != 4 || !IsSHA256(parts[0]) || parts[2] == "" || strings.TrimSpace(parts[3]) == "" {
			return nil, errFiles
		}
		size, err := strconv.ParseInt(parts[1], 10, 64)
		if err != nil || size <= 0 {
			return nil, errFiles
		}
		files = append(files, File{SHA256: parts[0], Size: size, Type: parts[2], Name: parts[3]})
	}
	return files, nil
}

// IsSHA256 reports whether a text is a SHA-256 in lower-case hex.
func IsSHA256(text string) bool {
	return len(text) == 64 && strings.Trim(text, "0123456789abcdef") == ""
}

// Attachments are the files of a history that were not taken away again, in
// the order in which they came. The same file twice is there once.
func Attachments(events []Event) []Attachment {
	var list []Attachment
	for i := range events {
		e := &events[i]
		if gone := e.Fields[FileField]; e.Step == StepDetach && gone != "" {
			list = without(list, gone)
			continue
		}
		for _, f := range e.files() {
			if FindAttachment(list, f.SHA256) != nil {
				continue
			}
			list = append(list, Attachment{
				File: f, Purpose: e.Fields[PurposeField], Note: e.Fields[NoteField],
				Seq: e.Seq, At: e.At, Actor: e.Actor, By: e.Name, Role: e.Role, Unit: e.Unit,
			})
		}
	}
	return list
}

// AllFiles are all files that a history names, those taken away included.
func AllFiles(events []Event) []File {
	var all []File
	for i := range events {
		all = append(all, events[i].files()...)
	}
	return all
}

// FindAttachment finds the file of a SHA-256 in a list, nil when it is not there.
func FindAttachment(list []Attachment, sum string) *Attachment {
	for i := range list {
		if list[i].SHA256 == sum {
			return &list[i]
		}
	}
	return nil
}

func (e *Event) files() []File {
	if e.Step != StepAttach || e.Fields[FilesField] == "" {
		return nil
	}
	files, err := ParseFiles(e.Fields[FilesField])
	if err != nil {
		return nil
	}
	return files
}

func without(list []Attachment, sum string) []Attachment {
	var kept []Attachment
	for _, a := range list {
		if a.SHA256 != sum {
			kept = append(kept, a)
		}
	}
	return kept
}

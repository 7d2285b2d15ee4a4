package classify

import (
	"bytes"
	"html"
	"slices"
	"strings"
	"unicode/utf8"
)

// Longest HTML entity and tag that cleaning looks back for, in bytes.
const (
	maxEntity = 32
	maxTag    = 4096
)

// decodeEntity replaces an HTML entity that has just ended at the end of out.
func (c *cleaner) decodeEntity() {
	tail := c.out[max(0, len(c.out)-maxEntity):]
	amp := bytes.LastIndexByte(tail, '&')
	if amp < 0 || len(tail)-amp < 3 {
		return
	}
	entity := string(tail[amp:])
	plain := html.UnescapeString(entity)
	if plain == entity || utf8.RuneCountInString(plain) > 2 {
		return
	}
	c.report.Markup++
	c.out = c.out[:len(c.out)-len(entity)]
	for _, r := range plain {
		c.take(r)
	}
}

// dropTag takes out an HTML tag or comment that has just ended at the end of out.
func (c *cleaner) dropTag() {
	inner := c.out[max(0, len(c.out)-maxTag) : len(c.out)-1]
	open := bytes.LastIndexAny(inner, "<>")
	if open < 0 || inner[open] == '>' {
		return
	}
	inner = inner[open+1:]
	name, ok := tagName(string(inner))
	if !ok {
		return
	}
	c.report.Markup++
	c.out = c.out[:len(c.out)-len(inner)-2]
	switch {
	case slices.Contains(blockTags, name):
		c.newline()
	case slices.Contains(cellTags, name):
		c.blank()
	}
}

// tagName is the lower-case name of a known tag, given what stands between
// its angle brackets. 3<5 and <张三> are no tags.
func tagName(inner string) (string, bool) {
	if strings.HasPrefix(inner, "!--") || strings.HasPrefix(strings.ToLower(inner), "!doctype") {
		return "", true
	}
	name := strings.TrimPrefix(inner, "/")
	if end := strings.IndexAny(name, " \n/"); end >= 0 {
		name = name[:end]
	}
	name = strings.ToLower(name)
	known := slices.Contains(blockTags, name) || slices.Contains(cellTags, name) || slices.Contains(inlineTags, name)
	return name, known
}

var (
	blockTags = strings.Fields("br p div li ul ol dl dt dd tr table thead tbody tfoot h1 h2 h3 h4 h5 h6 hr section article blockquote pre " +
		"html body head title form header footer")
	cellTags   = strings.Fields("td th option")
	inlineTags = strings.Fields("span b i u s em strong font a img sup sub small big center label input button select textarea script style " +
		"meta link iframe video audio source figure figcaption col colgroup caption code o:p st1:chsdate v:shape w:wrap")
)

package web

import (
	"path"
	"regexp"
	"strings"
)

// manualBlock is a heading, a paragraph, a list, a table or a picture of a
// manual; Kind says which: h2, p, ol, ul, table, picture.
type manualBlock struct {
	Kind  string
	Text  []manualSpan     // of a heading or a paragraph
	Items [][]manualSpan   // of a list
	Head  [][]manualSpan   // of a table
	Rows  [][][]manualSpan // of a table
	Src   string           // of a picture, the file's name
	Alt   string
}

// manualSpan is a run of text, or a key of the keyboard.
type manualSpan struct {
	Text string
	Key  bool
}

var (
	manualPicture = regexp.MustCompile(`^!\[([^\]]*)\]\(([^)]+)\)$`)
	manualNumber  = regexp.MustCompile(`^\d+\. `)
)

// readManual reads the few forms of Markdown in which the manuals are written:
// one title, headings of the second rank, paragraphs, lists, tables, pictures,
// and keys between backquotes. A paragraph or an item is one line.
func readManual(text string) (title string, blocks []manualBlock) {
	list := func(kind, item string) {
		if n := len(blocks); n == 0 || blocks[n-1].Kind != kind {
			blocks = append(blocks, manualBlock{Kind: kind})
		}
		last := &blocks[len(blocks)-1]
		last.Items = append(last.Items, spansOf(item))
	}
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		picture := manualPicture.FindStringSubmatch(line)
		switch {
		case line == "":
		case strings.HasPrefix(line, "# "):
			title = line[2:]
		case strings.HasPrefix(line, "## "):
			blocks = append(blocks, manualBlock{Kind: "h2", Text: spansOf(line[3:])})
		case picture != nil:
			blocks = append(blocks, manualBlock{Kind: "picture", Alt: picture[1], Src: path.Base(picture[2])})
		case strings.HasPrefix(line, "- "):
			list("ul", line[2:])
		case manualNumber.MatchString(line):
			list("ol", line[strings.Index(line, " ")+1:])
		case strings.HasPrefix(line, "|"):
			blocks = addManualRow(blocks, line)
		default:
			blocks = append(blocks, manualBlock{Kind: "p", Text: spansOf(line)})
		}
	}
	return title, blocks
}

// addManualRow puts a line of a table where it belongs: the first is the head,
// the line of dashes below it says nothing.
func addManualRow(blocks []manualBlock, line string) []manualBlock {
	var cells [][]manualSpan
	for _, cell := range strings.Split(strings.Trim(line, "|"), "|") {
		cells = append(cells, spansOf(strings.TrimSpace(cell)))
	}
	n := len(blocks)
	switch {
	case n == 0 || blocks[n-1].Kind != "table":
		return append(blocks, manualBlock{Kind: "table", Head: cells})
	case !strings.HasPrefix(line, "|---"):
		blocks[n-1].Rows = append(blocks[n-1].Rows, cells)
	}
	return blocks
}

func spansOf(text string) []manualSpan {
	var spans []manualSpan
	for i, part := range strings.Split(text, "`") {
		if part != "" {
			spans = append(spans, manualSpan{Text: part, Key: i%2 == 1})
		}
	}
	return spans
}

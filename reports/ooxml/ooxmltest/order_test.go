package ooxmltest

import "testing"

func TestOrderCheckSeesWhatIsWrong(t *testing.T) {
	for claim, part := range map[string]string{
		"a child too late":              `<w:p><w:pPr><w:jc w:val="left"/><w:ind w:left="1"/></w:pPr></w:p>`,
		"a child that may not be there": `<w:tr><w:p/></w:tr>`,
		"an element nobody knows":       `<w:p><w:pPr/><w:bookmark><w:x/></w:bookmark></w:p>`,
		"an element left open":          `<w:p>`,
	} {
		if err := wordOrder.Check([]byte(part)); err == nil {
			t.Errorf("%s went unseen", claim)
		}
	}
	if err := wordOrder.Check([]byte(`<w:p><w:pPr><w:ind w:left="1"/><w:jc w:val="left"/></w:pPr></w:p>`)); err != nil {
		t.Errorf("the right order: %v", err)
	}
}

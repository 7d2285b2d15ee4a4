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

func TestAttributeCheckSeesWhatIsWrong(t *testing.T) {
	for claim, part := range map[string]string{
		"a required attribute is missing": `<w:pgSz w:w="11906"/>`,
		"a value that the schema lacks":   `<w:jc w:val="middle"/>`,
		"a number that is none":           `<w:gridCol w:w="wide"/>`,
		"an attribute nobody knows":       `<w:jc w:val="left" w:extra="1"/>`,
		"an element without any":          `<w:tbl w:val="1"/>`,
		"a colour with a hash":            `<w:color w:val="#FF0000"/>`,
	} {
		if err := wordAttributes.Check([]byte(part)); err == nil {
			t.Errorf("%s went unseen", claim)
		}
	}
	if err := wordAttributes.Check([]byte(`<w:p xmlns:w="x"><w:pPr><w:jc w:val="left"/></w:pPr></w:p>`)); err != nil {
		t.Errorf("right attributes: %v", err)
	}
}

func TestSheetCheckSeesWhatIsWrong(t *testing.T) {
	for claim, part := range map[string]string{
		"cells backwards": `<c r="B1"/><c r="A1"/>`, "a row twice": `<row r="2"></row><row r="2"></row>`,
		"a style that is not there": `<c r="A1" s="9"/>`, "a formula": `<c r="A1"><f>1+1</f></c>`,
	} {
		if err := grid([]byte(part), 3); err == nil {
			t.Errorf("%s went unseen", claim)
		}
	}
	if err := topOrder([]byte(`<worksheet><sheetData/><cols/></worksheet>`)); err == nil {
		t.Error("columns after the data went unseen")
	}
	if err := topOrder([]byte(`<worksheet><cols/><sheetData/><drawing/></worksheet>`)); err != nil {
		t.Error(err)
	}
}

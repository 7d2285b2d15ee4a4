package intake

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"huiyin/internal/policyfile"
)

// The canonical fields of a table of tickets that a form takes. Other canonical
// fields are kept with a ticket as they stand.
const (
	fieldTicketNo      = "ticket_no"
	fieldTitle         = "title"
	fieldContent       = "content"
	fieldDemandType    = "demand_type"
	fieldCategory      = "category"
	fieldCallerName    = "caller_name"
	fieldCallerSex     = "caller_sex"
	fieldCallerPhone   = "caller_phone"
	fieldContact       = "contact"
	fieldCallerAddress = "caller_address"
	fieldIDNo          = "id_no"
	fieldConfidential  = "confidential"
	fieldPlace         = "event_place"
	fieldArea          = "area"
	fieldSubject       = "subject"
	fieldPlate         = "plate"
	fieldCallTime      = "call_time"
	fieldUrgency       = "urgency"
	fieldRowNo         = "row_no"
)

// DefaultMapping is the mapping that the others complete.
const DefaultMapping = "default"

// mappingFolder is where mappings lie in the policy folder, valuesFile is how
// other systems write the values of fields.
const (
	mappingFolder = "mappings"
	valuesFile    = "values.csv"
)

// Mapping tells what the columns of a table mean: the header texts of each
// canonical field, best first.
type Mapping struct {
	Name    string
	Aliases map[string][]string // by field, as written in the file
	// place of each normalised header: its field and its rank there.
	places map[string]place
}

type place struct {
	field string
	rank  int
}

// Mappings are the mappings of a policy by name, and its words for values.
type Mappings struct {
	named  map[string]*Mapping
	values values
}

// Names lists the mappings, the default first.
func (m Mappings) Names() []string {
	var names []string
	for name := range m.named {
		if name != DefaultMapping {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return append([]string{DefaultMapping}, names...)
}

// Find gives a mapping by name; the empty name is the default.
func (m Mappings) Find(name string) (*Mapping, bool) {
	if name == "" {
		name = DefaultMapping
	}
	found, ok := m.named[strings.TrimSuffix(name, ".csv")]
	return found, ok
}

// LoadMappings reads mappings/*.csv and values.csv of a policy folder. A mapping
// other than the default holds only what is different: the rest is the
// default's. The error is a policyfile.Faults with everything wrong.
func LoadMappings(fsys fs.FS) (Mappings, error) {
	m := Mappings{named: map[string]*Mapping{}}
	files, _ := fs.Glob(fsys, mappingFolder+"/*.csv") // the pattern is well formed
	var faults policyfile.Faults
	if !slices.Contains(files, mappingFolder+"/"+DefaultMapping+".csv") {
		faults = append(faults, policyfile.Fault{File: mappingFolder + "/" + DefaultMapping + ".csv", Message: "缺少这个文件"})
	}
	for _, file := range files {
		mapping, more := readMapping(fsys, file)
		faults = append(faults, more...)
		m.named[mapping.Name] = mapping
	}
	for _, mapping := range m.named {
		mapping.complete(m.named[DefaultMapping])
	}
	var more policyfile.Faults
	m.values, more = readValues(fsys)
	return m, append(faults, more...).Err()
}

func readMapping(fsys fs.FS, file string) (*Mapping, policyfile.Faults) {
	m := &Mapping{Name: strings.TrimSuffix(path.Base(file), ".csv"), Aliases: map[string][]string{}, places: map[string]place{}}
	table := policyfile.Read(fsys, file, []string{"规范字段", "表头"}, []string{"说明"})
	for _, row := range table.Rows {
		field := row.Get("规范字段")
		if field == "" {
			row.Fault("规范字段", "缺少规范字段")
			continue
		}
		if _, twice := m.Aliases[field]; twice {
			row.Fault("规范字段", "规范字段“%s”写了两行，请合并", field)
			continue
		}
		m.Aliases[field] = row.List("表头")
		m.places[normalHeader(field)] = place{field: field} // pushes and our own exports name fields so
		for rank, alias := range m.Aliases[field] {
			header := normalHeader(alias)
			if other, taken := m.places[header]; taken {
				row.Fault("表头", "表头“%s”同时属于 %s 和 %s", alias, other.field, field)
				continue
			}
			m.places[header] = place{field: field, rank: rank}
		}
	}
	return m, table.Faults
}

// complete adds what the mapping does not say itself, ranked behind what it says.
func (m *Mapping) complete(base *Mapping) {
	if base == nil || base == m {
		return
	}
	for header, at := range base.places {
		if _, own := m.places[header]; !own {
			m.places[header] = place{field: at.field, rank: at.rank + len(m.Aliases[at.field])}
		}
	}
}

// with is the mapping with what somebody says of single headers: the field that
// each holds, or empty for none.
func (m *Mapping) with(columns map[string]string) *Mapping {
	if len(columns) == 0 {
		return m
	}
	said := &Mapping{Name: m.Name, Aliases: m.Aliases, places: maps.Clone(m.places)}
	for header, field := range columns {
		said.places[normalHeader(header)] = place{field: field, rank: -1}
	}
	return said
}

// field finds what a header means. A header that is not listed is tried without
// a remark in brackets, and then by its ending: 群众诉求内容 is 诉求内容.
func (m *Mapping) field(header string) (place, bool) {
	header = normalHeader(header)
	if header == "" {
		return place{}, false
	}
	if at, ok := m.places[header]; ok {
		return at, at.field != ""
	}
	if bare := withoutRemark(header); bare != header {
		if at, ok := m.places[bare]; ok {
			return at, at.field != ""
		}
		header = bare
	}
	runes := []rune(header)
	if len(runes) > maxHeader {
		return place{}, false
	}
	for from := 1; from+minEnding <= len(runes); from++ {
		if at, ok := m.places[string(runes[from:])]; ok && at.field != "" {
			return place{field: at.field, rank: at.rank + guessedRank}, true
		}
	}
	return place{}, false
}

// minEnding is the shortest ending that says what a header means; shorter ones
// say anything (退回内容, 回访时间). A text of more than maxHeader characters is
// no header.
const (
	minEnding = 4
	maxHeader = 14
)

// guessedRank puts columns whose meaning was guessed behind those that are listed.
const guessedRank = 1000

// Unknown says that there is no such mapping, and which there are.
func (m Mappings) unknown(name string) string {
	return fmt.Sprintf("没有表头对照表“%s”，现有：%s", name, strings.Join(m.Names(), "、"))
}

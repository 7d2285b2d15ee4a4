package classify

import (
	"io/fs"

	"huiyin/classify/entity"
	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

const placesFile = "places.csv"

// Places is the gazetteer of a policy. It does not change and is safe for
// concurrent use.
type Places struct{ scanner *entity.Scanner }

// placeKinds is what the classes of places.csv (类别) name.
var placeKinds = map[string]ticket.EntityKind{
	"县区": ticket.EntityPlace, "镇街": ticket.EntityPlace, "村": ticket.EntityPlace, "小区": ticket.EntityPlace,
	"港口": ticket.EntityPlace, "其他": ticket.EntityPlace,
	"道路": ticket.EntityRoad, "公路": ticket.EntityRoad, "桥梁": ticket.EntityRoad,
	"车站": ticket.EntityStation, "收费站": ticket.EntityToll,
}

// LoadPlaces reads places.csv (地名, 县区, 类别). The error is of type
// policyfile.Faults.
func LoadPlaces(fsys fs.FS) (*Places, error) {
	p, faults := readPlaces(fsys)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return p, nil
}

func readPlaces(fsys fs.FS) (*Places, policyfile.Faults) {
	table := policyfile.Read(fsys, placesFile, []string{"地名", "县区", "类别"}, nil)
	seen := make(map[string]string, len(table.Rows))
	var places []entity.Place
	for _, row := range table.Rows {
		name := Clean(row.Get("地名"))
		county := row.Get("县区")
		kind, known := placeKinds[row.Get("类别")]
		other, twice := seen[name]
		switch {
		case len([]rune(name)) < 2:
			row.Fault("地名", "“%s”太短，至少两个字", name)
		case county == "":
			row.Fault("县区", "要填“%s”在哪个县区", name)
		case !known:
			row.Fault("类别", "没有“%s”这个类别，应为：县区、镇街、村、道路、公路、车站、收费站、桥梁、港口、小区、其他", row.Get("类别"))
		case twice && other != county:
			row.Fault("地名", "“%s”写了两次，一次在%s，一次在%s；说不准在哪里的地名不要写", name, other, county)
		case !twice:
			seen[name] = county
			places = append(places, entity.Place{Name: name, County: county, Kind: kind})
		}
	}
	return &Places{entity.New(places)}, table.Faults
}

// Scan returns the entities of a cleaned text, in their order and without
// overlaps; nil when there are none. Offsets are rune offsets.
func (p *Places) Scan(text string) []ticket.Entity { return p.scanner.Scan(text) }

var noPlaces = entity.New(nil)

// Scan is Places.Scan without a gazetteer.
func Scan(text string) []ticket.Entity { return noPlaces.Scan(text) }

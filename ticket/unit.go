package ticket

// UnitKind is what a unit is to the bureau.
type UnitKind string

// The kinds of units, as units.csv writes them.
const (
	UnitDepartment UnitKind = "局机关"
	UnitAffiliated UnitKind = "直属单位"
	UnitCounty     UnitKind = "县区"
	UnitZone       UnitKind = "功能区"
	UnitExternal   UnitKind = "外部单位"
	UnitDiscipline UnitKind = "纪检"
	RouteCounty             = "county" // in a route: the unit of the ticket's county
)

// Unit is who handles tickets (承办单位).
type Unit struct {
	Code     string   `json:"code"`
	Name     string   `json:"name"`
	Short    string   `json:"short"`
	Kind     UnitKind `json:"kind"`
	County   string   `json:"county,omitempty"` // the territory of a county or zone unit
	Aliases  []string `json:"aliases,omitempty"`
	Disabled bool     `json:"disabled,omitempty"`
}

// Units is the list of units in the order of the policy.
type Units []Unit

// Find returns the unit with a code.
func (us Units) Find(code string) (Unit, bool) {
	for _, u := range us {
		if u.Code == code {
			return u, true
		}
	}
	return Unit{}, false
}

// Name is the name of a code, or the code itself when unknown.
func (us Units) Name(code string) string {
	if u, ok := us.Find(code); ok {
		return u.Name
	}
	return code
}

// Short is the short name of a code, or the code itself when unknown.
func (us Units) Short(code string) string {
	if u, ok := us.Find(code); ok && u.Short != "" {
		return u.Short
	}
	return us.Name(code)
}

// OfCounty returns the unit whose territory a county is.
func (us Units) OfCounty(county string) (Unit, bool) {
	for _, u := range us {
		if county != "" && u.County == county && (u.Kind == UnitCounty || u.Kind == UnitZone) {
			return u, true
		}
	}
	return Unit{}, false
}

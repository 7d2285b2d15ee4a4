package ticket

import "regexp"

// Category is what a complaint is about. Codes are stable; names are what
// people read.
type Category struct {
	Code        string `json:"code"` // a capital letter and two digits
	Name        string `json:"name"`
	Group       string `json:"group"`       // 大类
	Field       string `json:"field"`       // 业务领域, as 12328 counts
	Enforcement bool   `json:"enforcement"` // 执法类: counted and called back on its own
	Sealed      bool   `json:"sealed"`      // proposed for hand-over to discipline inspection
	Kind        Kind   `json:"kind"`        // when the text does not tell
	Note        string `json:"note"`
}

// The categories that the service itself must know.
const (
	NotOurs   = "X01" // 不属交通运输部门职责
	Unjudged  = "X03" // 无法判断,人工分派
	PraiseFor = "X02" // 表扬、感谢
)

var categoryCode = regexp.MustCompile(`^[A-Z][0-9]{2}$`)

// ValidCategoryCode reports whether a code has the form of a category code.
func ValidCategoryCode(code string) bool { return categoryCode.MatchString(code) }

// Categories is the list of categories in the order of the policy.
type Categories []Category

// Find returns the category with a code.
func (cs Categories) Find(code string) (Category, bool) {
	for _, c := range cs {
		if c.Code == code {
			return c, true
		}
	}
	return Category{}, false
}

// Name is the name of a code, or the code itself when unknown.
func (cs Categories) Name(code string) string {
	if c, ok := cs.Find(code); ok {
		return c.Name
	}
	return code
}

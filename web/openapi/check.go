package openapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Check compares a JSON value with a schema and says where they differ. A name
// that the schema does not have is a difference, too: what is answered must be
// described.
func (d *Document) Check(s *Schema, raw []byte) []string {
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		return []string{"not JSON: " + err.Error()}
	}
	c := checker{doc: d}
	c.check("$", s, value)
	return c.faults
}

type checker struct {
	doc    *Document
	faults []string
}

func (c *checker) fault(path, format string, args ...any) {
	c.faults = append(c.faults, path+": "+fmt.Sprintf(format, args...))
}

func (c *checker) check(path string, s *Schema, value any) {
	resolved := c.doc.Resolve(s)
	if resolved == nil {
		c.fault(path, "reference %s leads nowhere", s.Ref)
		return
	}
	s = resolved
	if len(s.AnyOf) > 0 {
		for _, a := range s.AnyOf {
			one := checker{doc: c.doc}
			if one.check(path, a, value); len(one.faults) == 0 {
				return
			}
		}
		c.fault(path, "fits none of the choices")
		return
	}
	if !isOf(s.Type, value) {
		c.fault(path, "%v is no %v", value, s.Type)
		return
	}
	if s.Enum != nil && !slices.Contains(s.Enum, value) {
		c.fault(path, "%v is not one of %v", value, s.Enum)
	}
	switch v := value.(type) {
	case string:
		if s.Format == "date-time" {
			if _, err := time.Parse(time.RFC3339, v); err != nil {
				c.fault(path, "%q is no time", v)
			}
		}
	case []any:
		if s.Items != nil {
			for i, item := range v {
				c.check(fmt.Sprintf("%s[%d]", path, i), s.Items, item)
			}
		}
	case map[string]any:
		c.object(path, s, v)
	}
}

func (c *checker) object(path string, s *Schema, v map[string]any) {
	for _, name := range s.Required {
		if _, ok := v[name]; !ok {
			c.fault(path, "%s is missing", name)
		}
	}
	for name, member := range v {
		inner := s.Properties[name]
		if inner == nil {
			inner, _ = s.Additional.(*Schema)
		}
		switch {
		case inner != nil:
			c.check(path+"."+name, inner, member)
		case s.Properties != nil || s.Additional == false:
			c.fault(path, "%s is not described", name)
		}
	}
}

func isOf(types, value any) bool {
	var names []string
	switch t := types.(type) {
	case nil:
		return true
	case string:
		names = []string{t}
	case []string:
		names = t
	}
	for _, name := range names {
		switch v := value.(type) {
		case nil:
			if name == "null" {
				return true
			}
		case bool:
			if name == "boolean" {
				return true
			}
		case string:
			if name == "string" {
				return true
			}
		case float64:
			if name == "number" || name == "integer" && v == float64(int64(v)) {
				return true
			}
		case []any:
			if name == "array" {
				return true
			}
		case map[string]any:
			if name == "object" {
				return true
			}
		}
	}
	return false
}

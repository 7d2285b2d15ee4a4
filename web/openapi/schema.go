// Package openapi describes an API as an OpenAPI 3.1 document, drawn from the
// very Go types that are read and answered, so that it cannot say anything else
// than the service does.
package openapi

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Schema is a JSON Schema, as OpenAPI 3.1 uses it.
type Schema struct {
	Ref         string             `json:"$ref,omitempty"`
	Type        any                `json:"type,omitempty"` // a name or several
	Format      string             `json:"format,omitempty"`
	Encoding    string             `json:"contentEncoding,omitempty"`
	Description string             `json:"description,omitempty"`
	Enum        []any              `json:"enum,omitempty"`
	Properties  map[string]*Schema `json:"properties,omitempty"`
	Required    []string           `json:"required,omitempty"`
	Items       *Schema            `json:"items,omitempty"`
	AnyOf       []*Schema          `json:"anyOf,omitempty"`
	// Additional is false for what is read strictly, and a schema for maps.
	Additional any `json:"additionalProperties,omitempty"`
	// order is that of the Go fields, for people.
	order []string
}

// Words say, in the language of the readers, what stands under a field's name.
type Words map[string]string

// Builder draws schemas from types and keeps those that have a name.
type Builder struct {
	Components map[string]*Schema
	Enums      map[reflect.Type][]string // values that a type of texts can have
	Overrides  map[reflect.Type]*Schema  // types that write themselves
	Words      Words
	names      map[reflect.Type]string
}

// NewBuilder makes a builder with nothing in it.
func NewBuilder() *Builder {
	return &Builder{Components: map[string]*Schema{}, Enums: map[reflect.Type][]string{}, Overrides: map[reflect.Type]*Schema{}, names: map[reflect.Type]string{}}
}

var (
	timeType    = reflect.TypeFor[time.Time]()
	rawType     = reflect.TypeFor[json.RawMessage]()
	jsonWriter  = reflect.TypeFor[json.Marshaler]()
	textWriter  = reflect.TypeFor[encoding.TextMarshaler]()
	refToSchema = "#/components/schemas/"
)

// Of is the schema of a type as encoding/json writes it.
func (b *Builder) Of(t reflect.Type) *Schema {
	if s, ok := b.Overrides[t]; ok {
		return s
	}
	if values, ok := b.Enums[t]; ok {
		s := &Schema{Type: "string"}
		for _, v := range values {
			s.Enum = append(s.Enum, v)
		}
		return s
	}
	switch {
	case t.Kind() == reflect.Pointer:
		return nullable(b.Of(t.Elem()))
	case t == timeType:
		return &Schema{Type: "string", Format: "date-time"}
	case t == rawType:
		return &Schema{}
	case t.Implements(jsonWriter):
		panic("openapi: " + t.String() + " writes its own JSON; say how in Overrides")
	case t.Implements(textWriter):
		return &Schema{Type: "string"}
	}
	return b.byKind(t)
}

func (b *Builder) byKind(t reflect.Type) *Schema {
	switch t.Kind() {
	case reflect.String:
		return &Schema{Type: "string"}
	case reflect.Bool:
		return &Schema{Type: "boolean"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return &Schema{Type: "integer"}
	case reflect.Float32, reflect.Float64:
		return &Schema{Type: "number"}
	case reflect.Interface:
		return &Schema{}
	case reflect.Array:
		return &Schema{Type: "array", Items: b.Of(t.Elem())}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return &Schema{Type: []string{"string", "null"}, Encoding: "base64"}
		}
		return &Schema{Type: []string{"array", "null"}, Items: b.Of(t.Elem())}
	case reflect.Map:
		return &Schema{Type: []string{"object", "null"}, Additional: b.Of(t.Elem())}
	case reflect.Struct:
		return b.object(t)
	}
	panic("openapi: no schema for " + t.String())
}

func nullable(s *Schema) *Schema {
	if name, ok := s.Type.(string); ok && s.Ref == "" && s.Enum == nil {
		copied := *s
		copied.Type = []string{name, "null"}
		return &copied
	}
	return &Schema{AnyOf: []*Schema{s, {Type: "null"}}}
}

// object is a reference to the component of a struct.
func (b *Builder) object(t reflect.Type) *Schema {
	if t.Name() == "" {
		return b.fields(t)
	}
	name, known := b.names[t]
	if !known {
		name = b.newName(t)
		b.names[t] = name
		b.Components[name] = &Schema{} // before its fields: a type may hold itself
		*b.Components[name] = *b.fields(t)
	}
	return &Schema{Ref: refToSchema + name}
}

func (b *Builder) newName(t reflect.Type) string {
	base, _, _ := strings.Cut(t.Name(), "[")
	base = strings.ToUpper(base[:1]) + base[1:]
	name := base
	for i := 2; b.Components[name] != nil; i++ {
		name = fmt.Sprintf("%s%d", base, i)
	}
	return name
}

func (b *Builder) fields(t reflect.Type) *Schema {
	s := &Schema{Type: "object", Properties: map[string]*Schema{}}
	b.add(s, t)
	return s
}

func (b *Builder) add(s *Schema, t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		switch {
		case tag == "-":
			continue
		case f.Anonymous && name == "":
			inner := f.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			b.add(s, inner)
			continue
		case !f.IsExported():
			continue
		case name == "":
			name = f.Name
		}
		if s.Properties[name] == nil {
			s.order = append(s.order, name)
		}
		s.Properties[name] = b.described(name, b.Of(f.Type))
		if !strings.Contains(options, "omitempty") && !strings.Contains(options, "omitzero") {
			s.Required = append(s.Required, name)
		}
	}
	slices.Sort(s.Required)
	s.Required = slices.Compact(s.Required)
}

// described adds the words for a field; beside a reference they are allowed
// since OpenAPI 3.1.
func (b *Builder) described(name string, s *Schema) *Schema {
	words := b.Words[name]
	if words == "" || s.Description != "" {
		return s
	}
	copied := *s
	copied.Description = words
	return &copied
}

// Strict makes the schema of something that is read and in which a name that is
// not known is refused; nothing but the names given has to be there.
func (b *Builder) Strict(t reflect.Type, required ...string) *Schema {
	ref := b.Of(t)
	name, ok := strings.CutPrefix(ref.Ref, refToSchema)
	if ok {
		component := b.Components[name]
		component.Additional, component.Required = false, required
	}
	return ref
}

// Names are the properties in the order of the Go fields.
func (s *Schema) Names() []string { return s.order }

// Name is the component that a reference names, empty for any other schema.
func (s *Schema) Name() string { return strings.TrimPrefix(s.Ref, refToSchema) }

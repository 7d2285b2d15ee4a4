package openapi

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Operation is what can be asked at an address.
type Operation struct {
	Method, Path string // path as the router has it, with :name
	Tag          string
	Summary      string
	Detail       string
	Params       []Param
	Body         any      // zero value of what is read; nil: nothing
	Required     []string // names that the body cannot do without
	Forms        []string // further media types under which the body may come
	Answers      []Answer
	Keys         []string // names of the ways to prove who asks; none: anybody may
}

// Param is a parameter. In is path, query or header.
type Param struct {
	In, Name, Words string
	Required        bool
	Enum            []string
	Format          string
}

// Answer is what comes back with a status.
type Answer struct {
	Status int
	Words  string
	Body   any    // zero value; nil: Media alone, or nothing
	Media  string // application/json when empty and there is a body
}

// Document is an OpenAPI 3.1 document.
type Document struct {
	OpenAPI    string                           `json:"openapi"`
	Info       Info                             `json:"info"`
	Servers    []Server                         `json:"servers"`
	Tags       []Tag                            `json:"tags"`
	Paths      map[string]map[string]*Operative `json:"paths"`
	Webhooks   map[string]map[string]*Operative `json:"webhooks,omitempty"` // what the service posts to others
	Components Components                       `json:"components"`
}

// Info is the head of a document.
type Info struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Version     string `json:"version"`
}

// Server is where the API is.
type Server struct {
	URL string `json:"url"`
}

// Tag groups operations.
type Tag struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
}

// Components holds what is referred to.
type Components struct {
	Schemas  map[string]*Schema `json:"schemas"`
	Security map[string]Scheme  `json:"securitySchemes"`
}

// Scheme is a way to prove who asks.
type Scheme struct {
	Type        string `json:"type"`
	In          string `json:"in,omitempty"`
	Name        string `json:"name,omitempty"`
	Scheme      string `json:"scheme,omitempty"`
	Description string `json:"description,omitempty"`
}

// Operative is an operation in the document.
type Operative struct {
	ID          string                 `json:"operationId"`
	Tags        []string               `json:"tags"`
	Summary     string                 `json:"summary"`
	Description string                 `json:"description,omitempty"`
	Parameters  []Parameter            `json:"parameters,omitempty"`
	Body        *RequestBody           `json:"requestBody,omitempty"`
	Responses   map[string]Response    `json:"responses"`
	Security    *[]map[string][]string `json:"security"`
}

// Parameter is a parameter in the document.
type Parameter struct {
	Name        string  `json:"name"`
	In          string  `json:"in"`
	Required    bool    `json:"required,omitempty"`
	Description string  `json:"description,omitempty"`
	Schema      *Schema `json:"schema"`
}

// RequestBody is what an operation reads.
type RequestBody struct {
	Required bool             `json:"required"`
	Content  map[string]Media `json:"content"`
}

// Response is an answer in the document.
type Response struct {
	Description string           `json:"description"`
	Content     map[string]Media `json:"content,omitempty"`
}

// Media is a body in one format.
type Media struct {
	Schema *Schema `json:"schema,omitempty"`
}

const jsonMedia = "application/json"

// Describe makes the document of operations.
func (b *Builder) Describe(info Info, tags []Tag, security map[string]Scheme, operations []Operation) *Document {
	d := &Document{
		OpenAPI: "3.1.0", Info: info, Tags: tags, Servers: []Server{{URL: "/"}}, Paths: map[string]map[string]*Operative{},
		Components: Components{Schemas: b.Components, Security: security},
	}
	for i := range operations {
		o := &operations[i]
		path := Template(o.Path)
		if d.Paths[path] == nil {
			d.Paths[path] = map[string]*Operative{}
		}
		d.Paths[path][strings.ToLower(o.Method)] = b.operative(o)
	}
	return d
}

// Posts adds what the service posts to others under a name.
func (b *Builder) Posts(d *Document, name string, o Operation) {
	x := b.operative(&o)
	x.ID, x.Body = name, &RequestBody{Required: true, Content: map[string]Media{jsonMedia: {b.Of(reflect.TypeOf(o.Body))}}}
	if d.Webhooks == nil {
		d.Webhooks = map[string]map[string]*Operative{}
	}
	d.Webhooks[name] = map[string]*Operative{"post": x}
}

var parameter = regexp.MustCompile(`:([a-z_]+)`)

// Template is a router's path as OpenAPI writes it.
func Template(path string) string { return parameter.ReplaceAllString(path, "{$1}") }

func (b *Builder) operative(o *Operation) *Operative {
	x := &Operative{
		ID: operationID(o), Tags: []string{o.Tag}, Summary: o.Summary, Description: o.Detail,
		Responses: map[string]Response{}, Security: &[]map[string][]string{},
	}
	for _, key := range o.Keys {
		*x.Security = append(*x.Security, map[string][]string{key: {}})
	}
	for _, p := range o.Params {
		s := &Schema{Type: "string", Format: p.Format}
		for _, v := range p.Enum {
			s.Enum = append(s.Enum, v)
		}
		if p.Format == "integer" {
			s = &Schema{Type: "integer"}
		}
		x.Parameters = append(x.Parameters, Parameter{Name: p.Name, In: p.In, Required: p.Required || p.In == "path", Description: p.Words, Schema: s})
	}
	if o.Body != nil {
		schema := b.Strict(reflect.TypeOf(o.Body), o.Required...)
		x.Body = &RequestBody{Required: true, Content: map[string]Media{}}
		forms := o.Forms
		if forms == nil {
			forms = []string{jsonMedia}
		}
		for _, media := range forms {
			x.Body.Content[media] = Media{schema}
		}
	}
	for _, a := range o.Answers {
		x.Responses[strconv.Itoa(a.Status)] = b.response(a)
	}
	return x
}

func (b *Builder) response(a Answer) Response {
	r := Response{Description: a.Words}
	media := a.Media
	if media == "" && a.Body != nil {
		media = jsonMedia
	}
	if media == "" {
		return r
	}
	r.Content = map[string]Media{}
	for _, m := range strings.Split(media, " ") {
		if a.Body == nil {
			r.Content[m] = Media{}
			continue
		}
		r.Content[m] = Media{b.Of(reflect.TypeOf(a.Body))}
	}
	return r
}

// operationID names an operation by its method and path.
func operationID(o *Operation) string {
	words := strings.FieldsFunc(o.Path, func(r rune) bool { return strings.ContainsRune("/:._", r) })
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.ToLower(o.Method) + strings.Join(words, "")
}

// Faults are what is wrong with a document: references that lead nowhere,
// parameters of paths that are not declared, names that stand twice.
func (d *Document) Faults() []string {
	var faults []string
	ids := map[string]string{}
	for path, methods := range d.Paths {
		for method, x := range methods {
			place := method + " " + path
			if other := ids[x.ID]; other != "" {
				faults = append(faults, fmt.Sprintf("%s and %s have the name %s", place, other, x.ID))
			}
			ids[x.ID] = place
			for _, m := range regexp.MustCompile(`\{([^}]+)\}`).FindAllStringSubmatch(path, -1) {
				if !slices.ContainsFunc(x.Parameters, func(p Parameter) bool { return p.In == "path" && p.Name == m[1] }) {
					faults = append(faults, place+" does not declare "+m[1])
				}
			}
			for _, key := range *x.Security {
				for name := range key {
					if _, ok := d.Components.Security[name]; !ok {
						faults = append(faults, place+" asks for "+name)
					}
				}
			}
			if len(x.Responses) == 0 {
				faults = append(faults, place+" answers nothing")
			}
		}
	}
	for name, s := range d.Components.Schemas {
		d.refs(s, func(ref string) { faults = append(faults, name+" refers to "+ref) })
	}
	slices.Sort(faults)
	return faults
}

func (d *Document) refs(s *Schema, lost func(string)) {
	if s == nil {
		return
	}
	if s.Ref != "" && d.Resolve(s) == nil {
		lost(s.Ref)
	}
	for _, p := range s.Properties {
		d.refs(p, lost)
	}
	d.refs(s.Items, lost)
	for _, a := range s.AnyOf {
		d.refs(a, lost)
	}
	if more, ok := s.Additional.(*Schema); ok {
		d.refs(more, lost)
	}
}

// Resolve follows a reference; nil when it leads nowhere.
func (d *Document) Resolve(s *Schema) *Schema {
	if s.Ref == "" {
		return s
	}
	return d.Components.Schemas[strings.TrimPrefix(s.Ref, refToSchema)]
}

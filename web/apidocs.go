package web

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"huiyin/web/openapi"
)

// docsView is the API's description for people.
type docsView struct {
	page
	Info    string
	Groups  []docsGroup
	Schemas []docsSchema
}

type docsGroup struct {
	Name, Words string
	Operations  []docsOperation
}

type docsOperation struct {
	ID, Method, Path, Summary, Detail, Keys, Body string
	Params                                        []docsField
	Answers                                       []docsAnswer
}

type docsAnswer struct {
	Status, Words string
	Schema        docsType
}

// docsType is a type in words; Ref names the schema that it leads to.
type docsType struct{ Text, Ref string }

type docsField struct {
	Name, Where, Words string
	Type               docsType
	Required           bool
}

type docsSchema struct {
	Name   string
	Fields []docsField
}

func (s *Server) apiDocs(v *visit) error {
	view := docsViewOf(apiDescription())
	view.page = s.strangerPage(v.Ctx, "接口说明")
	return s.render(v.Ctx, "docs", view)
}

func docsViewOf(d *openapi.Document) docsView {
	view := docsView{Info: d.Info.Description}
	for _, tag := range d.Tags {
		group := docsGroup{Name: tag.Name, Words: tag.Description}
		for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
			for _, method := range slices.Sorted(maps.Keys(d.Paths[path])) {
				if x := d.Paths[path][method]; slices.Contains(x.Tags, tag.Name) {
					group.Operations = append(group.Operations, docsOperationOf(strings.ToUpper(method), path, x, d))
				}
			}
		}
		for _, name := range slices.Sorted(maps.Keys(d.Webhooks)) {
			if x := d.Webhooks[name]["post"]; slices.Contains(x.Tags, tag.Name) {
				group.Operations = append(group.Operations, docsOperationOf("POST", "（接收方的地址）", x, d))
			}
		}
		view.Groups = append(view.Groups, group)
	}
	for _, name := range slices.Sorted(maps.Keys(d.Components.Schemas)) {
		view.Schemas = append(view.Schemas, docsSchema{name, docsFields(d.Components.Schemas[name])})
	}
	return view
}

func docsOperationOf(method, path string, x *openapi.Operative, d *openapi.Document) docsOperation {
	o := docsOperation{ID: x.ID, Method: method, Path: path, Summary: x.Summary, Detail: x.Description}
	var keys []string
	for _, k := range *x.Security {
		for name := range k {
			keys = append(keys, d.Components.Security[name].Description)
		}
	}
	o.Keys = strings.Join(keys, "；或者")
	where := map[string]string{"path": "地址", "query": "查询参数", "header": "请求头"}
	for _, p := range x.Parameters {
		o.Params = append(o.Params, docsField{Name: p.Name, Where: where[p.In], Words: p.Description, Type: typeWords(p.Schema), Required: p.Required})
	}
	if x.Body != nil {
		media := slices.Sorted(maps.Keys(x.Body.Content))
		o.Body = strings.Join(media, "，")
		o.Params = append(o.Params, docsBody(d, x.Body.Content[media[0]].Schema)...)
	}
	for _, status := range slices.Sorted(maps.Keys(x.Responses)) {
		r := x.Responses[status]
		answer := docsAnswer{Status: status, Words: r.Description}
		for _, m := range r.Content {
			if m.Schema != nil {
				answer.Schema = typeWords(m.Schema)
			}
		}
		o.Answers = append(o.Answers, answer)
	}
	return o
}

func docsBody(d *openapi.Document, s *openapi.Schema) []docsField {
	fields := docsFields(d.Resolve(s))
	for i := range fields {
		fields[i].Where = "请求体"
	}
	return fields
}

func docsFields(s *openapi.Schema) []docsField {
	var fields []docsField
	for _, name := range s.Names() {
		p := s.Properties[name]
		fields = append(fields, docsField{Name: name, Words: p.Description, Type: typeWords(p), Required: slices.Contains(s.Required, name)})
	}
	return fields
}

var typeNames = map[string]string{"string": "文字", "integer": "整数", "number": "数", "boolean": "真假", "array": "列表", "object": "对象", "null": "空"}

func typeWords(s *openapi.Schema) docsType {
	switch {
	case s == nil:
		return docsType{}
	case s.Ref != "":
		return docsType{s.Name(), s.Name()}
	case len(s.AnyOf) > 0:
		inner := typeWords(s.AnyOf[0])
		return docsType{inner.Text + "，可空", inner.Ref}
	case s.Enum != nil:
		words := make([]string, len(s.Enum))
		for i, e := range s.Enum {
			words[i] = fmt.Sprint(e)
		}
		return docsType{strings.Join(words, " | "), ""}
	case s.Format == "date-time":
		return docsType{"时间", ""}
	case s.Items != nil:
		inner := typeWords(s.Items)
		return docsType{inner.Text + " 的列表", inner.Ref}
	}
	if more, ok := s.Additional.(*openapi.Schema); ok {
		inner := typeWords(more)
		return docsType{"名字到 " + inner.Text + " 的对象", inner.Ref}
	}
	switch t := s.Type.(type) {
	case string:
		return docsType{typeNames[t], ""}
	case []string:
		return docsType{typeNames[t[0]], ""}
	}
	return docsType{"任意", ""}
}

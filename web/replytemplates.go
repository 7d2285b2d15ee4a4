package web

import (
	"encoding/json"

	"huiyin/workflow/rules"
)

// replyTemplate is a template as the script of the page takes it over.
type replyTemplate struct {
	Name  string
	Texts string // JSON: text by field
}

func replyTemplates(p *rules.Policy, category string) []replyTemplate {
	var list []replyTemplate
	for _, r := range p.RepliesFor(category) {
		texts, err := json.Marshal(r.Texts)
		if err != nil {
			continue
		}
		list = append(list, replyTemplate{r.Name, string(texts)})
	}
	return list
}

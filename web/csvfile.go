package web

import (
	"bytes"
	"encoding/csv"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"huiyin/intake/sheet/grid"
)

// sendCSV answers with a file that Excel opens as it is, in which no cell runs
// as a formula.
func sendCSV(v *visit, name string, header []string, rows func(write func(...string))) error {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	out := csv.NewWriter(&b)
	out.UseCRLF = true
	write := func(cells ...string) {
		for i := range cells {
			cells[i] = grid.Escape(cells[i])
		}
		_ = out.Write(cells) // into memory
	}
	write(header...)
	rows(write)
	out.Flush()
	v.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	v.Set(fiber.HeaderContentDisposition, "attachment; filename*=UTF-8''"+url.PathEscape(name))
	return v.Send(b.Bytes())
}

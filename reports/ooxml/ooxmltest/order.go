// Package ooxmltest checks in tests what Word checks when it opens a file.
package ooxmltest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Order maps an element to the children that it may have, in the order in
// which the schema of ECMA-376 wants them. Names carry the customary prefix of
// their namespace: w:p, c:chart.
type Order map[string][]string

// Check walks a part and reports the first child that stands where the schema
// does not allow it. An element with children that is not in the table is a
// fault: the table must know everything that is written.
func (o Order) Check(part []byte) error {
	d := xml.NewDecoder(bytes.NewReader(part))
	type open struct {
		name string
		last int // index of the last child
	}
	stack := []open{{name: "", last: -1}}
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			if len(stack) != 1 {
				return fmt.Errorf("%s is not closed", stack[len(stack)-1].name)
			}
			return nil
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			if token.Name.Space != "" {
				name = token.Name.Space + ":" + name
			}
			if len(stack) > 1 {
				parent := &stack[len(stack)-1]
				at, err := o.place(parent.name, name, parent.last)
				if err != nil {
					return err
				}
				parent.last = at
			}
			stack = append(stack, open{name, -1})
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		}
	}
}

// place finds the child in its parent's list, not before the last one. A list
// that begins with "*" has its children in any order.
func (o Order) place(parent, child string, last int) (int, error) {
	list, ok := o[parent]
	if !ok {
		return 0, fmt.Errorf("%s has the child %s and is not in the table", parent, child)
	}
	if list[0] == "*" {
		if !slices.Contains(list, child) {
			return 0, fmt.Errorf("%s may not hold %s", parent, child)
		}
		return last, nil
	}
	at := slices.Index(list, child)
	switch {
	case at < 0:
		return 0, fmt.Errorf("%s may not hold %s", parent, child)
	case at < last:
		return 0, fmt.Errorf("in %s, %s stands after %s; the schema wants %s", parent, child, list[last], strings.Join(list, " "))
	}
	return at, nil
}

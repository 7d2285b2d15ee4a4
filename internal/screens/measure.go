package main

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// measured visits every page of the menu of each role, and every page of the
// pictures, and prints a line for each.
func (c *camera) measured() error {
	fmt.Printf("%-10s %-34s %9s %8s  %s\n", "who", "page", "bytes", "paint ms", "barriers")
	var missed []error
	for _, s := range c.withMenus() {
		if !c.wanted(s.name) {
			continue
		}
		if err := c.measureOne(s); err != nil {
			missed = append(missed, fmt.Errorf("%s %s: %w", s.login, s.path, err))
		}
	}
	return errors.Join(missed...)
}

func (c *camera) measureOne(s shot) error {
	p, err := c.person(s.login)
	if err != nil {
		return err
	}
	if err := visit(p, s); err != nil {
		return err
	}
	bytes, err := p.Weight()
	if err != nil {
		return err
	}
	painted, err := p.FirstPaint()
	if err != nil {
		return err
	}
	barriers, err := p.Barriers()
	if err != nil {
		return err
	}
	fmt.Printf("%-10s %-34s %9d %8d  %d\n", s.login, s.path, bytes, painted.Milliseconds(), len(barriers))
	for _, b := range barriers {
		fmt.Println("   ", b)
	}
	return nil
}

// withMenus adds to the pictures what stands in the menu of each role.
func (c *camera) withMenus() []shot {
	all := slices.Clone(shots)
	var seen []string
	for _, s := range shots {
		if s.login == "" || slices.Contains(seen, s.login) {
			continue
		}
		seen = append(seen, s.login)
		p, err := c.person(s.login)
		if err != nil {
			continue
		}
		menu, err := p.Value(`Array.from(document.querySelectorAll("header.side nav a")).map((a) => a.href).join("\n")`)
		if err != nil {
			continue
		}
		for _, href := range strings.Split(menu, "\n") {
			u, err := url.Parse(href)
			if err != nil || slices.ContainsFunc(all, func(o shot) bool { return o.login == s.login && o.path == u.Path }) {
				continue
			}
			all = append(all, shot{login: s.login, path: u.Path})
		}
	}
	return all
}

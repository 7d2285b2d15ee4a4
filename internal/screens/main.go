// Command screens takes the pictures of the manual: every page of the console,
// as each role sees it, from a running service that holds the samples. With
// -measure it takes none, and says of every page what it weighs, when it first
// shows something, and what keeps people from it.
//
//	go run ./internal/screens -base http://127.0.0.1:8080 -password … -out docs/screens
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"huiyin/internal/browser"
)

// camera is what the command was asked for, and the people who look.
type camera struct {
	browser        *browser.Browser
	password, out  string
	only           []string
	measure, paper bool
	people         map[string]*browser.Person
}

func main() {
	c := camera{people: map[string]*browser.Person{}}
	base := flag.String("base", "http://127.0.0.1:8080", "address of the service")
	only := flag.String("only", "", "names of pictures, with commas; all when empty")
	flag.StringVar(&c.password, "password", "yangli-2026-huiyin", "password of the sample accounts")
	flag.StringVar(&c.out, "out", "docs/screens", "folder for the pictures")
	flag.BoolVar(&c.measure, "measure", false, "measure instead of taking pictures")
	flag.BoolVar(&c.paper, "paper", false, "print the pages on A4, as PDF")
	flag.Parse()
	if *only != "" {
		c.only = strings.Split(*only, ",")
	}
	if err := c.run(*base); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (c *camera) run(base string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var err error
	if c.browser, err = browser.Start(ctx, base); err != nil {
		return err
	}
	defer c.browser.Close()
	if err := os.MkdirAll(c.out, 0o755); err != nil {
		return err
	}
	if c.measure {
		return c.measured()
	}
	var missed []error
	for _, s := range shots {
		if !c.wanted(s.name) {
			continue
		}
		if err := c.take(s); err != nil {
			missed = append(missed, fmt.Errorf("%s: %w", s.name, err))
		}
	}
	return errors.Join(missed...)
}

func (c *camera) wanted(name string) bool {
	if len(c.only) == 0 {
		return true
	}
	for _, o := range c.only {
		if o == name {
			return true
		}
	}
	return false
}

// person is somebody who is signed in, in a tab of their own; nobody in
// particular when login is empty.
func (c *camera) person(login string) (*browser.Person, error) {
	if p, known := c.people[login]; known {
		return p, nil
	}
	p, err := c.browser.Person()
	if err == nil && login != "" {
		err = p.SignIn(login, c.password)
	}
	c.people[login] = p
	return p, err
}

func (c *camera) take(s shot) error {
	p, err := c.person(s.login)
	if err != nil {
		return err
	}
	if err := visit(p, s); err != nil {
		return err
	}
	if c.paper {
		pdf, err := p.Paper()
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(c.out, s.name+".pdf"), pdf, 0o644)
	}
	for _, size := range []struct {
		suffix        string
		width, height int64
	}{{"", 1366, 768}, {"-1920", 1920, 1080}} {
		if err := p.Resize(size.width, size.height); err != nil {
			return err
		}
		if s.before != "" {
			if _, err := p.Value(`(() => {` + s.before + `; return ""})()`); err != nil {
				return err
			}
		}
		picture, err := p.Picture()
		if err != nil {
			return err
		}
		small, err := reduced(picture)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(c.out, s.name+size.suffix+".png"), small, 0o644); err != nil {
			return err
		}
	}
	return p.Resize(1366, 768)
}

// Package pdf makes the pdf of a report: with LibreOffice from the docx, so that
// both have the same pages, or with a typesetter of its own where LibreOffice
// is missing.
package pdf

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// one conversion at a time: each takes a processor and some 200 MB.
var one sync.Mutex

// limit ends a conversion that hangs.
const limit = 3 * time.Minute

// Office finds LibreOffice; false when it is not installed.
func Office() (program string, ok bool) {
	for _, name := range []string{"soffice", "libreoffice"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, true
		}
	}
	return "", false
}

// Convert writes the pdf of a docx with the LibreOffice that Office found.
func Convert(w io.Writer, docx []byte, program string) error {
	one.Lock()
	defer one.Unlock()
	dir, err := os.MkdirTemp("", "huiyin-pdf-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	source := filepath.Join(dir, "report.docx")
	if err := os.WriteFile(source, docx, 0o600); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	// a profile of its own: a LibreOffice that somebody has open would
	// otherwise take the job and never answer
	cmd := exec.CommandContext(ctx, program, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"),
		"--headless", "--nologo", "--nodefault", "--norestore", "--convert-to", "pdf", "--outdir", dir, source)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("soffice: %w: %s", err, said.Bytes())
	}
	out, err := os.Open(filepath.Join(dir, "report.pdf"))
	if err != nil {
		return fmt.Errorf("soffice wrote nothing: %s", said.Bytes())
	}
	defer out.Close()
	_, err = io.Copy(w, out)
	return err
}

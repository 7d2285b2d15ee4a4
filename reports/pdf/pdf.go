// Package pdf turns the docx of a report into a pdf with LibreOffice, so that
// both have the same pages.
package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"huiyin/ticket"
)

// one conversion at a time: each takes a processor and some 200 MB.
var one sync.Mutex

// limit ends a conversion that hangs.
const limit = 3 * time.Minute

// Convert writes the pdf of a docx. Without LibreOffice the error is a
// *ticket.Refusal that names the package to install.
func Convert(w io.Writer, docx []byte) error {
	program, err := find()
	if err != nil {
		return err
	}
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

func find() (string, error) {
	for _, name := range []string{"soffice", "libreoffice"} {
		path, err := exec.LookPath(name)
		if err == nil {
			return path, nil
		}
		if !errors.Is(err, exec.ErrNotFound) {
			return "", err
		}
	}
	return "", ticket.Refuse(ticket.ErrInvalid, "missing_program",
		"生成 pdf 需要 LibreOffice，本机没有找到。请安装后再试：apt-get install libreoffice-writer fonts-noto-cjk；也可以打开 html 版，用浏览器打印成 pdf")
}

package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"huiyin/workflow"
)

// versionCmd is huiyin version.
type versionCmd struct {
	JSON bool `name:"json" help:"输出 JSON"`
}

// Run tells which program this is, and which layout of the store it writes.
func (cmd *versionCmd) Run(c *console) error {
	if cmd.JSON {
		return json.NewEncoder(c.out).Encode(map[string]string{"version": version(), "schema": workflow.Schema, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH})
	}
	_, err := fmt.Fprintf(c.out, "回音 %s，存储格式第%s版，%s/%s\n", version(), workflow.Schema, runtime.GOOS, runtime.GOARCH)
	return err
}

// version is the commit that the binary was built from, where that is known.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "未知版本"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return "开发版"
}

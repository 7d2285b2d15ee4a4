package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"

	"huiyin/workflow/witness"
)

// configCmd is huiyin config.
type configCmd struct {
	JSON bool `name:"json" help:"输出 JSON"`
}

// Run shows what is in force, secrets masked.
func (cmd *configCmd) Run(root *cli, c *console) error {
	data, err := filepath.Abs(root.Data)
	if err != nil {
		return err
	}
	key, err := witness.ReadPublic(root.rootsKey())
	if err != nil {
		return err
	}
	settings := []struct{ name, title, value string }{
		{"data", "数据目录", data},
		{"redis", "存储", storeText(root.Redis)},
		{"roots", "根文件", filepath.Join(data, "roots")},
		{"roots_second", "根文件的第二处", orDefault(root.Roots, "没有；建议用 --roots 或 HUIYIN_ROOTS 指到另一台机器")},
		{"roots_key", "根的公钥", orDefault(key, "首次启动时生成")},
		{"policy", "政策文件", orDefault(root.Policy, "存储中的现行版本，没有则用内置默认")},
		{"segmenter", "分词", root.Segmenter},
	}
	if cmd.JSON {
		values := map[string]string{}
		for _, s := range settings {
			values[s.name] = s.value
		}
		return json.NewEncoder(c.out).Encode(values)
	}
	for _, s := range settings {
		fmt.Fprintf(c.out, "%s：%s\n", s.title, s.value)
	}
	return nil
}

func orDefault(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

// storeText is the address without its password.
func storeText(address string) string {
	if address == "" {
		return "自带（数据目录下的 redis-server）"
	}
	u, err := url.Parse(address)
	if err != nil {
		return "地址看不懂，请检查 --redis"
	}
	return u.Redacted()
}

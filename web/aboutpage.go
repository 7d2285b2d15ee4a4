package web

import (
	_ "embed"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"huiyin/workflow"
	"huiyin/workflow/permit"
)

//go:embed licences.csv
var licenceTable string

// licences are the licences of the modules that the program is built from.
var licences = sync.OnceValue(func() map[string]string {
	known := map[string]string{}
	for line := range strings.Lines(licenceTable) {
		if module, licence, ok := strings.Cut(strings.TrimSpace(line), ","); ok {
			known[module] = licence
		}
	}
	return known
})

// bundled is what the program carries that is no module of its build.
var bundled = []libraryRow{
	{"redis-server 或 valkey-server", "单独安装", "随系统发行", "存储"},
	{"htmx", "2.0.11", "0BSD", "页面局部刷新"},
	{"Apache ECharts", "6.1.0", "Apache-2.0", "看板图表"},
	{"文泉驿微米黑", "0.2.0-beta", "Apache-2.0", "PDF 字体"},
}

type libraryRow struct{ Name, Version, Licence, Use string }

type aboutView struct {
	page
	Facts     [][2]string
	Libraries []libraryRow
	Manages   bool
}

func (s *Server) aboutPage(v *visit) error {
	view := aboutView{page: s.page(v, "关于", "/status"), Manages: v.may(permit.Health)}
	view.Sub = "回音：投诉热线工单系统。件件有解决，事事有回音"
	policy := "内置默认"
	if n := s.Desk.Policy().Version; n > 0 {
		policy = fmt.Sprintf("第 %d 版", n)
	}
	view.Facts = [][2]string{
		{"程序版本", orDash(s.Version)}, {"存储格式", "第 " + workflow.Schema + " 版"}, {"政策", policy},
		{"编译", strings.TrimPrefix(runtime.Version(), "go") + "，" + runtime.GOOS + "/" + runtime.GOARCH},
	}
	view.Libraries = append(view.Libraries, bundled...)
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			view.Libraries = append(view.Libraries, libraryRow{m.Path, m.Version, orDash(licences()[m.Path]), ""})
		}
	}
	return s.render(v.Ctx, "about", view)
}

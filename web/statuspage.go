package web

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// CheckResult is what the latest check of the whole store found.
type CheckResult struct {
	At       time.Time // zero: there was none
	Tickets  int
	Breaches int
	First    []string // some of the breaches, in Chinese
}

// Keeping is what the service tells of how it keeps what it has.
type Keeping struct {
	Check     func(context.Context) (CheckResult, error)
	BackupAge func() time.Duration // how old the latest good backup may be
}

// finding is one line of the page: what was looked at, how it stands, and what
// to do where it stands badly.
type finding struct {
	Title, Value, Advice string
	State                chip
}

type statusGroup struct {
	Title    string
	Findings []finding
}

type statusView struct {
	page
	Groups []statusGroup
	Bad    int
	More   []string // breaches
}

var (
	stateGood = chip{Text: "正常", Tone: "green", Icon: "check"}
	stateWarn = chip{Text: "注意", Tone: "amber", Icon: "alert"}
	stateBad  = chip{Text: "异常", Tone: "red", Icon: "alert"}
	stateNone = chip{Text: "没有", Tone: ""}
)

func (s *Server) statusPage(v *visit) error {
	view := statusView{page: s.page(v, "运行状况", "/status")}
	view.Sub = "每次打开都是现在的情况；" + fullMoment(v.now)
	info, err := s.storeInfo(v.ctx())
	if err != nil {
		return err
	}
	check, findings, err := s.checkFindings(v)
	if err != nil {
		return err
	}
	backups, err := s.backupFinding(v)
	if err != nil {
		return err
	}
	view.More = check.First
	view.Groups = []statusGroup{
		{"存储", storeFindings(info)},
		{"磁盘和时钟", []finding{s.diskFinding(), s.clockFinding(v.ctx())}},
		{"凭据", append(findings, backups)},
	}
	for _, g := range view.Groups {
		for _, f := range g.Findings {
			if f.State.Tone == "red" {
				view.Bad++
			}
		}
	}
	return s.render(v.Ctx, "status", view)
}

// storeInfo is what the server says of itself; of a cluster, one of its masters.
func (s *Server) storeInfo(ctx context.Context) (map[string]string, error) {
	text, err := s.Redis.Info(ctx).Result()
	if err != nil {
		return nil, storeDown(err)
	}
	info := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			info[name] = value
		}
	}
	return info, nil
}

func storeFindings(info map[string]string) []finding {
	number := func(name string) int64 { n, _ := strconv.ParseInt(info[name], 10, 64); return n }
	up := time.Duration(number("uptime_in_seconds")) * time.Second
	list := []finding{{Title: "服务器", Value: fmt.Sprintf("Redis %s，已运行 %s，%d 个连接", info["redis_version"], spanText(up), number("connected_clients")), State: stateGood}}
	used, most := number("used_memory"), number("maxmemory")
	memory := finding{Title: "内存", Value: fmt.Sprintf("已用 %s", bytesText(used)), State: stateGood}
	if most == 0 {
		most = number("total_system_memory")
		memory.Value += fmt.Sprintf("，整机 %s", bytesText(most))
	} else {
		memory.Value += fmt.Sprintf("，上限 %s", bytesText(most))
	}
	if most > 0 && used > most*8/10 {
		memory.State, memory.Advice = stateWarn, "快满了：调小政策“归档月数”把老工单移到归档文件，或加内存"
	}
	log := finding{Title: "追加日志", Value: fmt.Sprintf("现有 %s，上次重写以来长了 %s", bytesText(number("aof_current_size")), bytesText(number("aof_current_size")-number("aof_base_size"))), State: stateGood}
	switch {
	case info["aof_enabled"] != "1":
		log.State, log.Value, log.Advice = stateBad, "没有打开", "停机会丢工单：请执行 CONFIG SET appendonly yes 并写入 redis.conf"
	case info["aof_last_write_status"] != "ok":
		log.State, log.Advice = stateBad, "最近一次写日志失败：请检查磁盘空间"
	case info["aof_last_bgrewrite_status"] != "ok":
		log.State, log.Advice = stateWarn, "最近一次重写没有成功：请检查磁盘空间和内存"
	case info["aof_rewrite_in_progress"] == "1":
		log.Value += "，正在重写"
	}
	delayed := finding{Title: "落盘", Value: fmt.Sprintf("等着落盘 %d 次，因磁盘慢推迟过 %d 次", number("aof_pending_bio_fsync"), number("aof_delayed_fsync")), State: stateGood}
	if number("aof_delayed_fsync") > 0 {
		delayed.State, delayed.Advice = stateWarn, "磁盘跟不上：请换固态盘，或把别的程序移走"
	}
	return append(list, memory, log, delayed)
}

// Below these shares of free disk people are warned, and alarmed.
const (
	diskWarn = 0.20
	diskBad  = 0.05
)

func (s *Server) diskFinding() finding {
	f := finding{Title: "数据目录所在的盘", State: stateGood}
	var disk syscall.Statfs_t
	if s.DataDir == "" || syscall.Statfs(s.DataDir, &disk) != nil || disk.Blocks == 0 {
		f.State, f.Value = stateNone, "看不到"
		return f
	}
	free, all := int64(disk.Bavail)*disk.Bsize, int64(disk.Blocks)*disk.Bsize
	share := float64(free) / float64(all)
	f.Value = fmt.Sprintf("还剩 %s（%.0f%%），共 %s", bytesText(free), share*100, bytesText(all))
	switch {
	case share < diskBad:
		f.State, f.Advice = stateBad, "马上要满：满了就不能受理和办理，请清理或扩容"
	case share < diskWarn:
		f.State, f.Advice = stateWarn, "请安排清理或扩容；旧备份可以移到别处"
	}
	return f
}

// skewWarn is how far the clocks of service and store may be apart.
const skewWarn = 2 * time.Second

func (s *Server) clockFinding(ctx context.Context) finding {
	f := finding{Title: "时钟", State: stateGood}
	before := time.Now()
	there, err := s.Redis.Time(ctx).Result()
	if err != nil {
		f.State, f.Value = stateNone, "问不到存储的时间"
		return f
	}
	middle := before.Add(time.Since(before) / 2)
	apart := there.Sub(middle).Abs()
	f.Value = fmt.Sprintf("本机与存储相差 %d 毫秒", apart.Milliseconds())
	if apart > skewWarn {
		f.State, f.Advice = stateBad, "两边时钟不一致，时限和记录的时间会错：请让两台机器都与同一时间服务器对时"
	}
	return f
}

// checkAge is how old the latest check of the whole store may be.
const checkAge = 50 * time.Hour

func (s *Server) checkFindings(v *visit) (check CheckResult, list []finding, err error) {
	if s.Keeping.Check != nil {
		if check, err = s.Keeping.Check(v.ctx()); err != nil {
			return check, nil, err
		}
	}
	f := finding{Title: "全库核对", Value: fmt.Sprintf("%s，%d 件工单", fullMoment(check.At), check.Tickets), State: stateGood}
	switch {
	case check.At.IsZero():
		f.State, f.Value, f.Advice = stateWarn, "还没有做过", "每天 4:30 做一次；也可以在“任务”里现在运行“全库核对”"
	case check.Breaches > 0:
		f.State, f.Advice = stateBad, fmt.Sprintf("发现 %d 处不一致：请运行 huiyin fsck，并保留现场", check.Breaches)
	case v.now.Sub(check.At) > checkAge:
		f.State, f.Advice = stateWarn, "太久没有核对：请看“任务”里“全库核对”是不是失败了"
	}
	list = append(list, f)
	root := finding{Title: "账本的根", State: stateNone, Value: "没有做"}
	if card := s.rootCard(); card != nil {
		root.State, root.Value = stateGood, fmt.Sprintf("第%d号，%s", card.No, card.At)
		switch {
		case card.Fault != "":
			root.State, root.Value, root.Advice = stateBad, "读不出来", card.Fault
		case card.No == 0:
			root.State, root.Value, root.Advice = stateWarn, "还没有", "每小时整点做一个；也可以在“任务”里现在运行“账本留根”"
		}
	}
	return check, append(list, root), nil
}

// spanText is a length of time in its two largest units.
func spanText(d time.Duration) string {
	switch {
	case d >= 24*time.Hour:
		return fmt.Sprintf("%d 天 %d 小时", d/(24*time.Hour), d%(24*time.Hour)/time.Hour)
	case d >= time.Hour:
		return fmt.Sprintf("%d 小时 %d 分", d/time.Hour, d%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%d 分", d/time.Minute)
}

// bytesText is a length in bytes as people read it.
func bytesText(n int64) string {
	value, unit := float64(max(n, 0)), "B"
	for _, next := range []string{"KB", "MB", "GB", "TB"} {
		if value < 1024 {
			break
		}
		value, unit = value/1024, next
	}
	if unit == "B" {
		return fmt.Sprintf("%.0f B", value)
	}
	return fmt.Sprintf("%.1f %s", value, unit)
}

package web

import (
	"fmt"
	"strconv"
	"strings"
)

// scheduleWords says a cron line of five fields as people would: when a job
// runs. A line that it has no words for is given as it is.
func scheduleWords(spec string) string {
	f := strings.Fields(spec)
	if len(f) != 5 || f[4] != "*" {
		return spec
	}
	minute, err := strconv.Atoi(f[0])
	every, stepped := strings.CutPrefix(f[0], "*/")
	switch {
	case stepped && f[1]+f[2]+f[3] == "***":
		return "每 " + every + " 分钟"
	case err != nil:
		return spec
	case f[1]+f[2]+f[3] == "***" && minute == 0:
		return "每小时整点"
	case f[1]+f[2]+f[3] == "***":
		return fmt.Sprintf("每小时第 %d 分", minute)
	}
	hour, err := strconv.Atoi(f[1])
	if err != nil {
		return spec
	}
	at := fmt.Sprintf(" %02d:%02d", hour, minute)
	switch {
	case f[2] == "*" && f[3] == "*":
		return "每天" + at
	case f[2] == "*":
		return spec
	}
	days := strings.Replace(f[2], "-", "日至", 1) + "日"
	switch f[3] {
	case "*":
		return "每月" + days + at
	case "1,4,7,10":
		return "每季度首月" + days + at
	}
	return strings.ReplaceAll(f[3], ",", "、") + "月" + days + at
}

package web

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
)

// keyAudit is the stream of what people did beside the tickets' own histories:
// sign-ins, looks at personal data, changes of accounts, downloads, imports.
const keyAudit = "{people}:audit"

var auditNames = map[string]string{
	"sign_in": "登录", "set_password": "设定密码", "reveal": "查看来电人信息", "add_account": "新建账号", "edit_account": "修改账号",
	"disable_account": "停用账号", "enable_account": "启用账号", "invite": "生成密码链接", "token": "生成访问令牌",
	"download": "下载月报", "import": "导入表格", "run_job": "手动运行任务",
	"policy_draft": "开始改政策草稿", "policy_drop": "丢弃政策草稿", "policy_upload": "上传政策表", "policy_try": "试运行政策草稿",
	"add_app": "新建应用", "disable_app": "停用应用", "enable_app": "恢复应用", "outbox_replay": "重发死信", "outbox_drop": "放弃死信",
	"policy_publish": "发布政策", "policy_restore": "退回政策版本",
	"save_search": "保存查询", "drop_search": "删除查询", "share_search": "改查询的共享", "up_search": "调整查询的次序",
	"export": "导出工单", "search_phone": "按电话查询",
	"proposal_draft": "把政策建议放进草稿", "proposal_publish": "采纳政策建议", "proposal_refuse": "不采纳政策建议",
}

// note puts an entry into the audit stream; subject is a ticket's ID, a login
// name, a file or a job. Personal data of callers never goes in.
func (s *Accounts) note(ctx context.Context, now time.Time, who ticket.Actor, what, subject, reason string) error {
	return storeDown(s.rdb.XAdd(ctx, &redis.XAddArgs{Stream: keyAudit, Values: []any{
		"at", now.UTC().Format(time.RFC3339), "who", who.ID, "name", who.Name, "what", what, "subject", subject, "reason", reason,
	}}).Err())
}

type auditEntry struct{ At, Who, Name, What, Subject, Reason string }

type auditView struct {
	page
	Root    *rootCard
	Entries []auditEntry
	Next    string // id to go on from
}

const auditPageSize = 100

func (s *Server) auditPage(v *visit) error {
	from := "+"
	if before := v.Query("before"); before != "" {
		from = "(" + before
	}
	entries, err := s.Redis.XRevRangeN(v.ctx(), keyAudit, from, "-", auditPageSize).Result()
	if err != nil {
		return storeDown(err)
	}
	view := auditView{page: s.page(v, "审计", "/audit")}
	view.Sub = "谁在什么时候登录、看过来电人信息、改过账号、下载和导入过什么"
	view.Root = s.rootCard()
	for _, e := range entries {
		field := func(name string) string { text, _ := e.Values[name].(string); return text }
		at, _ := time.Parse(time.RFC3339, field("at"))
		what := field("what")
		if name, ok := auditNames[what]; ok {
			what = name
		}
		view.Entries = append(view.Entries, auditEntry{fullMoment(at), field("who"), field("name"), what, field("subject"), field("reason")})
		view.Next = e.ID
	}
	if len(entries) < auditPageSize {
		view.Next = ""
	}
	return s.render(v.Ctx, "audit", view)
}

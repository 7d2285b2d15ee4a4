package web

import (
	"context"
	"net/url"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
)

// keyAudit is the stream of what people did beside the tickets' own histories:
// sign-ins, looks at personal data, changes of accounts, downloads, imports.
const keyAudit = "{people}:audit"

var auditNames = map[string]string{
	"sign_in": "登录", "sign_in_failed": "登录没有成功", "end_session": "结束会话", "export_audit": "导出审计", "backup": "手动备份", "set_password": "设定密码", "reveal": "查看来电人信息", "add_account": "新建账号", "edit_account": "修改账号",
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

type auditView struct {
	page
	Root                   *rootCard
	Who, Subject, From, To string
	Actions                []option
	Narrowed               bool
	Entries                []auditEntry
	Next, Export           string // addresses; Next is empty at the end
}

const auditPageSize = 100

func (s *Server) auditPage(v *visit) error {
	f, err := auditFilterFrom(v)
	if err != nil {
		return err
	}
	view := auditView{page: s.page(v, "审计", "/audit"), Who: v.Query("who"), Subject: v.Query("subject"), From: v.Query("from"), To: v.Query("to"), Actions: auditActions(f.what)}
	view.Sub = "谁在什么时候登录、看过来电人信息、改过账号、下载和导入过什么"
	view.Narrowed = f.who+f.what+f.subject+view.From+view.To != ""
	if f.before == "" && !view.Narrowed {
		view.Root = s.rootCard()
	}
	var next string
	if view.Entries, next, err = s.auditEntries(v.ctx(), f, auditPageSize); err != nil {
		return err
	}
	asked, _ := url.ParseQuery(string(v.Request().URI().QueryString()))
	asked.Del("before")
	view.Export = "/audit/export?" + asked.Encode()
	if next != "" {
		asked.Set("before", next)
		view.Next = "/audit?" + asked.Encode()
	}
	return s.render(v.Ctx, "audit", view)
}

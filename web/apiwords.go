package web

import "huiyin/web/openapi"

// apiWords say what stands under the names of the API's fields.
var apiWords = openapi.Words{
	"id": "编号", "channel": "来源渠道", "source_no": "来源编号，同一渠道内唯一", "title": "标题", "content": "内容", "place": "事发地点", "area": "所在区域", "county": "县区",
	"subject": "被反映对象", "called_at": "来电时间", "received_at": "受理时间", "caller_name": "来电人姓名，加密保存", "caller_sex": "来电人性别", "caller_phone": "来电号码，加密保存",
	"contact": "留下的号码，加密保存", "caller_address": "来电人地址，加密保存", "id_no": "证件号码，加密保存", "confidential": "要求保密", "extra": "来源的其他栏目",
	"caller_key": "来电人指纹，只能用来认出是不是同一人", "existing": "早已有这一单，没有改动", "dispatched": "系统已自动分派", "tickets": "工单", "total": "共几件", "next": "下一页的 cursor",
	"steps": "现在可以办的步骤", "step": "步骤", "fields": "填写的内容", "request": "请求编号：同一个编号再发一次不会多办", "repeated": "这个请求早已办过，返回的是当时的结果",
	"version": "版本号，即历史有几步", "state": "状态", "state_name": "状态的中文名", "step_name": "步骤的中文名", "kind": "诉求类型", "category": "类别", "lead": "牵头单位编码", "co": "配合单位编码",
	"urgency": "紧急程度，空为一般", "dues": "各个时限", "dispatched_at": "分派时间", "replied_at": "报结时间", "closed_at": "办结时间", "auto": "由系统自动", "bounces": "退单次数", "redos": "重办次数",
	"extended": "已延期", "attempts": "回访次数", "final": "已裁定，不得再退", "supervision": "督办级别", "excluded": "已剔除", "urged": "催办次数", "primary": "并入的主单",
	"responded": "是否回应：1 是，-1 否，0 不知", "solved": "是否解决：1 是，-1 否，0 不知", "satisfied": "是否满意：1 是，-1 否，0 不知", "substantiated": "是否属实：1 是，-1 否，0 不知",
	"mediated": "调解了结", "pending": "等别人批准的申请", "tasks": "配合单位的任务", "events": "历史，一步一条", "seq": "第几步", "at": "时间", "from": "之前的状态", "to": "之后的状态",
	"actor": "账号", "role": "凭哪个角色", "prev": "上一步的哈希", "hash": "这一步的哈希", "verdict": "系统的判断和理由", "sample": "演示程序编造的",
	"type": "消息类型：ticket. 加步骤", "timestamp": "步骤的时间", "data": "内容", "due_at": "办结期限", "reply": "告知来电人的答复",
	"unit": "单位", "name": "名称", "code": "编码", "detail": "中文说明", "status": "HTTP 状态", "request_id": "请求编号，找管理员时请带上", "errors": "逐项的问题", "field": "字段", "message": "中文说明",
	"untold": "还没有整理的工单数", "dead": "死信数", "receivers": "各接收方", "waiting": "等着送出的工单数", "late_seconds": "最久已等几秒", "dead_letters": "死信", "receiver": "接收方编码",
	"behind": "同一工单排在它后面的", "since": "何时成为死信", "tries": "试了几次", "cause": "最后一次为什么没成", "replayed": "重发了几封", "all": "全部", "ticket": "工单编号",
	"service_request_id": "编号", "service_code": "类别编码", "service_name": "类别名称", "status_notes": "进度说明或答复", "agency_responsible": "承办单位", "requested_datetime": "提交时间",
	"updated_datetime": "最近一步的时间", "expected_datetime": "办结期限", "address": "地点，不含门牌", "lat": "纬度，约到百米", "long": "经度，约到百米", "api_key": "应用的密钥", "description": "说明",
	"address_string": "地点", "address_id": "地点编号，不用", "media_url": "图片地址", "attribute[SUBJECT]": "被反映的车辆、线路或单位", "attribute[WHEN]": "什么时候发生的", "jurisdiction_id": "辖区编号",
	"attachments": "您可以看的附件", "sha256": "附件内容的指纹，取附件时用", "size": "字节数", "purpose": "用途：caller 来电人提供，work 办理材料，contact 联系证明", "note": "说明", "by": "谁加的", "files": "文件",
	"first_name": "名，加密保存", "last_name": "姓，加密保存", "phone": "电话，加密保存", "email": "邮箱，加密保存", "account_id": "对方的账号，加密保存", "device_id": "设备编号，加密保存", "service_notice": "给提交人的话",
}

package workflow

import (
	"context"
	"fmt"
	"maps"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/internal/redisd"
	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow/refusal"
	"huiyin/workflow/rules"
	"huiyin/workflow/rules/ruletest"
)

// The people of the tests.
var (
	annOperator = ticket.Actor{ID: "an", Name: "安话务", Roles: []ticket.Role{ticket.Operator}}
	benOperator = ticket.Actor{ID: "bian", Name: "卞话务", Roles: []ticket.Role{ticket.Operator}}
	caoUnit     = ticket.Actor{ID: "cao", Name: "曹经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: "zhidui"}
	dengUnit    = ticket.Actor{ID: "deng", Name: "邓经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: "yunfu"}
	fangUnit    = ticket.Actor{ID: "fang", Name: "方经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: "gonglu"}
	guanWatch   = ticket.Actor{ID: "guan", Name: "管督办", Roles: []ticket.Role{ticket.Supervisor}}
	heWatch     = ticket.Actor{ID: "he", Name: "何督办", Roles: []ticket.Role{ticket.Supervisor}}
	jiangLeader = ticket.Actor{ID: "jiang", Name: "蒋领导", Roles: []ticket.Role{ticket.Leader}}
	liangDiscip = ticket.Actor{ID: "liang", Name: "梁纪检", Roles: []ticket.Role{ticket.Discipline}, Unit: "jijian"}
	mengAdmin   = ticket.Actor{ID: "meng", Name: "孟管理", Roles: []ticket.Role{ticket.Admin}}
	ninAuditor  = ticket.Actor{ID: "ning", Name: "宁审计", Roles: []ticket.Role{ticket.Auditor}}
	ouEvaluator = ticket.Actor{ID: "ou", Name: "欧评价", Roles: []ticket.Role{ticket.Evaluator}}
	qinWatch    = ticket.Actor{ID: "qin", Name: "秦督办", Roles: []ticket.Role{ticket.Operator, ticket.Supervisor}}
	everybody   = []ticket.Actor{annOperator, benOperator, caoUnit, dengUnit, fangUnit, guanWatch, heWatch, jiangLeader, liangDiscip, mengAdmin, ninAuditor, ouEvaluator, ticket.Service}
	wednesday   = time.Date(2026, 9, 2, 9, 30, 0, 0, ticket.Shanghai)
)

// bureau is a desk on a store of its own, with a clock that the test moves.
type bureau struct {
	t     reporter
	ctx   context.Context
	rdb   redis.UniversalClient
	store *Store
	desk  *Desk
	now   time.Time
	made  int
}

// reporter is what the bureau needs of a test; rapid's is one, too.
type reporter interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
	Errorf(string, ...any)
}

// newBureau is a bureau on an empty store: a server of its own, or the cluster
// that the whole suite is run on; see TestTheSuiteOnACluster.
func newBureau(t testing.TB) *bureau {
	t.Helper()
	address := os.Getenv(clusterEnv)
	if address == "" {
		return bureauOn(t, redisd.ForTest(t), defaultPolicy(t))
	}
	rdb, err := redisd.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = rdb.Close() })
	b := &bureau{t: t, ctx: context.Background(), rdb: rdb}
	b.empty()
	return bureauOn(t, rdb, defaultPolicy(t))
}

// masters does something on every server that holds keys.
func (b *bureau) masters(do func(ctx context.Context, rdb *redis.Client) error) {
	b.t.Helper()
	var err error
	switch rdb := b.rdb.(type) {
	case *redis.ClusterClient:
		err = rdb.ForEachMaster(b.ctx, do)
	case *redis.Client:
		err = do(b.ctx, rdb)
	default:
		b.t.Fatalf("no way to reach all servers of %T", rdb)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bureau) empty() {
	b.t.Helper()
	b.masters(func(ctx context.Context, rdb *redis.Client) error { return rdb.FlushAll(ctx).Err() })
}

// keys are the keys of the whole store.
func (b *bureau) keys() []string {
	b.t.Helper()
	var mu sync.Mutex
	var all []string
	b.masters(func(ctx context.Context, rdb *redis.Client) error {
		keys, err := rdb.Keys(ctx, "*").Result()
		mu.Lock()
		defer mu.Unlock()
		all = append(all, keys...)
		return err
	})
	return all
}

func bureauOn(t reporter, rdb redis.UniversalClient, policy *rules.Policy) *bureau {
	t.Helper()
	ctx := context.Background()
	store, err := OpenStore(ctx, rdb, StoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return &bureau{t: t, ctx: ctx, rdb: rdb, store: store, desk: NewDesk(store, policy), now: wednesday}
}

func defaultPolicy(t testing.TB) *rules.Policy {
	t.Helper()
	p, err := rules.Load(tables.Default(), ruletest.Categories(t, tables.Default()))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// complaint is an opening about taxis, as intake would hand it over.
func complaint(no int) Opening {
	t := ticket.Ticket{
		Channel: ticket.Channel12345, SourceNo: "GD" + strconv.Itoa(no),
		Title: "出租车司机拒载", Content: "在火车站东广场打车，司机听说去城东就不走，车牌苏A12345。",
		Place: "火车站东广场", County: "城东区", CallerKey: "00ff00ff00ff00ff", Sealed: []byte("sealed caller"),
		Verdict: ticket.Verdict{
			Category: "C01", Kind: ticket.Complaint, Confidence: 0.91, Lead: "zhidui", Co: []string{"yunfu"}, Rule: "派单目录第12条",
			Hits:       []ticket.Hit{{Keyword: "拒载", Category: "C01", Weight: 2.5, Start: 5, End: 7}},
			Candidates: []ticket.Candidate{{Category: "C01", Score: 0.91}, {Category: "C02", Score: 0.05}},
			Entities:   []ticket.Entity{{Kind: ticket.EntityPlate, Text: "苏A12345", Start: 29, End: 36}},
			Risks:      []ticket.Risk{},
		},
	}
	return Opening{Ticket: t, Actor: annOperator, Request: fmt.Sprintf("open-%d", no)}
}

// receive opens one ticket and gives its ID.
func (b *bureau) receive(change ...func(*Opening)) ticket.ID {
	b.t.Helper()
	b.made++
	o := complaint(b.made)
	for _, c := range change {
		c(&o)
	}
	opened, err := b.desk.Receive(b.ctx, b.now, []Opening{o})
	if err != nil || opened[0].Err != nil {
		b.t.Fatalf("receive: %v %v", err, opened[0].Err)
	}
	return opened[0].ID
}

func (b *bureau) get(id ticket.ID) ticket.Ticket {
	b.t.Helper()
	s, err := b.store.load(b.ctx, id)
	if err != nil {
		b.t.Fatalf("read %s: %v", id, err)
	}
	return s.Ticket
}

// try takes a step at the ticket's present version.
func (b *bureau) try(actor ticket.Actor, id ticket.ID, step ticket.Step, fields map[string]string) (ticket.Ticket, error) {
	b.t.Helper()
	b.made++
	b.now = b.now.Add(time.Minute)
	outcome, err := b.desk.Take(b.ctx, b.now, Request{
		ID: fmt.Sprintf("r-%d", b.made), Ticket: id, Version: b.get(id).Version, Step: step, Actor: actor, Fields: fields,
	})
	return outcome.Ticket, err
}

// take takes a step that must be possible.
func (b *bureau) take(actor ticket.Actor, id ticket.ID, step ticket.Step, fields map[string]string) ticket.Ticket {
	b.t.Helper()
	t, err := b.try(actor, id, step, fields)
	if err != nil {
		b.t.Fatalf("%s by %s: %v %s", step, actor.ID, err, refusal.Cause(err))
	}
	return t
}

// given is a filled form for a step, with changes.
func (b *bureau) given(step ticket.Step, changes ...string) map[string]string {
	fields := maps.Clone(forms(b.now)[step])
	if fields == nil {
		fields = map[string]string{}
	}
	for i := 0; i+1 < len(changes); i += 2 {
		if changes[i+1] == "" {
			delete(fields, changes[i])
			continue
		}
		fields[changes[i]] = changes[i+1]
	}
	return fields
}

func (b *bureau) does(actor ticket.Actor, id ticket.ID, step ticket.Step, changes ...string) ticket.Ticket {
	b.t.Helper()
	return b.take(actor, id, step, b.given(step, changes...))
}

// forms are filled forms for all steps that take fields.
func forms(now time.Time) map[ticket.Step]map[string]string {
	at := now.Format(time.RFC3339)
	return map[ticket.Step]map[string]string{
		ticket.StepAnswer:            {"answer": "首末班时间是六点和二十二点。"},
		ticket.StepReject:            {"ground": "J01", "reason": "已向法院起诉", "legal_path": "请等待法院判决"},
		ticket.StepDispatch:          {"lead": "zhidui", "co": "yunfu"},
		ticket.StepContact:           {"at": at, "way": "phone", "outcome": "已说明办理安排"},
		ticket.StepRequestReturn:     {"ground": "R01", "basis": "三定规定第五条", "reason": "属于运输服务中心职责"},
		ticket.StepUpholdReturn:      {"reason": "依据属实"},
		ticket.StepRefuseReturn:      {"reason": "目录已明确"},
		ticket.StepEscalate:          {"reason": "两家都说不归自己"},
		ticket.StepArbitrate:         {"lead": "zhidui", "basis": "按职责法定"},
		ticket.StepRequestExtension:  {"days": "3", "reason": "需要检测鉴定"},
		ticket.StepGrantExtension:    {},
		ticket.StepRefuseExtension:   {"reason": "理由不足"},
		ticket.StepAddCoUnit:         {"unit": "gonglu", "task": "核实路段"},
		ticket.StepCoReply:           {"reply": "已核实"},
		ticket.StepRequestSuspension: {"plan": "列入明年计划", "reason": "需要立项", "review_date": now.AddDate(0, 1, 0).Format(time.DateOnly)},
		ticket.StepGrantSuspension:   {},
		ticket.StepRefuseSuspension:  {"reason": "应当先办"},
		ticket.StepResume:            {"reason": "条件具备"},
		ticket.StepReply: {
			"facts": "司机确有拒载", "handling": "约谈并处罚", "basis": "出租汽车经营服务管理规定",
			"told_at": at, "told_way": "phone", "solved": "yes", "substantiated": "yes", "outcome": "solved", "without_co": "不需要配合",
		},
		ticket.StepApproveReply:      {},
		ticket.StepSendBack:          {"missing": "没有写依据"},
		ticket.StepDraw:              {"month": "2026-09", "seed": "7"},
		ticket.StepCallback:          {"at": at, "reached": "no"},
		ticket.StepRecordCallback:    {"responded": "yes", "solved": "yes", "satisfied": "yes"},
		ticket.StepRedo:              {"reason": "问题仍在"},
		ticket.StepMerge:             {"primary": ""},
		ticket.StepInform:            {"told_at": at, "told_way": "phone"},
		ticket.StepSplit:             {"reason": "不是同一件事"},
		ticket.StepTransfer:          {"unit": "waibu-jiaojing", "reason": "属于交警职责"},
		ticket.StepRecordReceipt:     {"receipt": "交警收字12号"},
		ticket.StepProposeHandOver:   {"clue": "反映收钱放行"},
		ticket.StepHandOver:          {"receipt": "纪收字3号"},
		ticket.StepDeclineHandOver:   {"reason": "不属于纪检线索"},
		ticket.StepSupervise:         {"level": "normal", "reason": "多次反映"},
		ticket.StepLift:              {"reason": "已办好"},
		ticket.StepUrge:              {"reason": "快到期了"},
		ticket.StepNote:              {"text": "请抓紧办"},
		ticket.StepRequestExclusion:  {"ground": "E01", "evidence": "政策文件"},
		ticket.StepExclude:           {},
		ticket.StepRefuseExclusion:   {"reason": "证据不足"},
		ticket.StepInclude:           {"reason": "剔除有误"},
		ticket.StepCorrect:           {"category": "C02", "reason": "其实是不打表"},
		ticket.StepConfide:           {},
		ticket.StepRequestDisclosure: {"reason": "来电人同意"},
		ticket.StepDisclose:          {"reason": "同意"},
		ticket.StepRefuseDisclosure:  {"reason": "仍需保密"},
		ticket.StepAttach:            {"files": ticket.FormatFiles([]ticket.File{photo}), "purpose": "work"},
		ticket.StepDetach:            {"file": photo.SHA256, "reason": "传错了"},
	}
}

// photo is a file that tickets of the tests are given.
var photo = ticket.File{SHA256: strings.Repeat("5e", 32), Size: 4096, Type: "jpg", Name: "现场.jpg"}

// everything is the whole store, to be restored after a fault.
func (b *bureau) everything() map[string]string {
	b.t.Helper()
	dump := map[string]string{}
	for _, k := range b.keys() {
		var err error
		if dump[k], err = b.rdb.Dump(b.ctx, k).Result(); err != nil {
			b.t.Fatal(err)
		}
	}
	return dump
}

func (b *bureau) restore(dump map[string]string) {
	b.t.Helper()
	b.empty()
	for k, v := range dump {
		if err := b.rdb.Restore(b.ctx, k, 0, v).Err(); err != nil {
			b.t.Fatal(err)
		}
	}
}

func z(id ticket.ID, score float64) redis.Z { return redis.Z{Score: score, Member: string(id)} }

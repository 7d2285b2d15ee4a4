package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/steps"
)

// walker takes tickets through the table by the API alone, as the units' and
// platforms' systems do.
type walker struct {
	*bureau
	t        *testing.T
	programs map[string]program
	taken    map[ticket.Step]bool
	primary  ticket.ID
	made     int
}

func newWalker(t *testing.T) *walker {
	w := &walker{bureau: newBureau(t), t: t, programs: map[string]program{}, taken: map[ticket.Step]bool{}}
	for _, p := range people {
		w.programs[p.Login] = w.program(p.Login)
	}
	return w
}

// open opens a ticket that says too little to be dispatched by itself.
func (w *walker) open() ticket.ID {
	w.t.Helper()
	w.made++
	body := fmt.Sprintf(`{"channel":"12345","source_no":"LJ%d","title":"情况反映","content":"来电人反映交通方面的第%d件情况，请核实后回复。","caller_phone":"139%08d"}`, w.made, w.made, w.made)
	a := w.programs["operator"].call(http.MethodPost, "/api/v1/tickets", body)
	a.has(w.t, http.StatusCreated)
	var created createdBody
	if err := json.Unmarshal([]byte(a.body), &created); err != nil {
		w.t.Fatal(err)
	}
	return created.ID
}

// fields are what each step needs, as its form describes.
func (w *walker) fields(step ticket.Step) map[string]string {
	at := w.now().Format(time.RFC3339)
	all := map[ticket.Step]map[string]string{
		ticket.StepAnswer: {"answer": "首末班时间是六点和二十二点。"}, ticket.StepReject: {"ground": "J01", "reason": "已起诉", "legal_path": "请等判决"},
		ticket.StepDispatch: {"lead": "yunfu", "reason": "职责所在"}, ticket.StepContact: {"at": at, "way": "phone", "outcome": "已说明"},
		ticket.StepRequestReturn: {"ground": "R01", "basis": "三定规定", "reason": "不属职责"}, ticket.StepUpholdReturn: {"reason": "属实"},
		ticket.StepRefuseReturn: {"reason": "目录已明确"}, ticket.StepEscalate: {"reason": "说不清"}, ticket.StepArbitrate: {"lead": "yunfu", "basis": "职责法定"},
		ticket.StepRequestExtension: {"days": "2", "reason": "需要检测"}, ticket.StepRefuseExtension: {"reason": "理由不足"},
		ticket.StepAddCoUnit: {"unit": "gonglu", "task": "核实路段"}, ticket.StepCoReply: {"reply": "已核实"},
		ticket.StepRequestSuspension: {"plan": "列入计划", "reason": "要立项", "review_date": string(ticket.DateOf(w.now().AddDate(0, 1, 0)))},
		ticket.StepRefuseSuspension:  {"reason": "应当先办"}, ticket.StepResume: {"reason": "条件具备"},
		ticket.StepReply:    {"facts": "情况属实", "handling": "已整改", "basis": "管理规定", "told_at": at, "told_way": "phone", "solved": "yes", "substantiated": "yes", "outcome": "solved"},
		ticket.StepSendBack: {"missing": "没有写依据"}, ticket.StepCallback: {"at": at, "reached": "no"},
		ticket.StepRecordCallback: {"responded": "yes", "solved": "yes", "satisfied": "yes"}, ticket.StepRedo: {"reason": "问题仍在"},
		ticket.StepMerge: {"primary": string(w.primary)}, ticket.StepInform: {"told_at": at, "told_way": "phone"}, ticket.StepSplit: {"reason": "不是同一件"},
		ticket.StepTransfer: {"unit": "waibu-jiaojing", "reason": "属交警职责"}, ticket.StepRecordReceipt: {"receipt": "收字12号"},
		ticket.StepProposeHandOver: {"clue": "反映收钱放行"}, ticket.StepHandOver: {"receipt": "纪收字3号"}, ticket.StepDeclineHandOver: {"reason": "不是线索"},
		ticket.StepSupervise: {"level": "normal", "reason": "多次反映"}, ticket.StepLift: {"reason": "已办好"}, ticket.StepUrge: {"reason": "快到期"},
		ticket.StepNote: {"text": "请抓紧"}, ticket.StepRequestExclusion: {"ground": "E01", "evidence": "政策文件"}, ticket.StepRefuseExclusion: {"reason": "证据不足"},
		ticket.StepInclude: {"reason": "剔除有误"}, ticket.StepCorrect: {"category": "C02", "reason": "不打表"}, ticket.StepRequestDisclosure: {"reason": "来电人同意"},
		ticket.StepDetach: {"reason": "传错了"}, ticket.StepDisclose: {"reason": "同意"}, ticket.StepRefuseDisclosure: {"reason": "仍需保密"},
	}
	fields := maps.Clone(all[step])
	if fields == nil {
		fields = map[string]string{}
	}
	return fields
}

// take takes a step, "who step name=value …", and gives the answer.
func (w *walker) take(id ticket.ID, line string) answer {
	w.t.Helper()
	words := strings.Fields(line)
	step := ticket.Step(words[1])
	if step == ticket.StepAttach {
		return w.attach(id, words[0])
	}
	fields := w.fields(step)
	if step == ticket.StepDetach {
		t := w.ticket(id)
		fields[ticket.FileField] = ticket.Attachments(t.Events)[0].SHA256
	}
	for _, word := range words[2:] {
		name, value, _ := strings.Cut(word, "=")
		fields[name] = value
	}
	w.wait(time.Second)
	w.made++
	body := must(json.Marshal(map[string]any{"version": w.ticket(id).Version, "request": fmt.Sprintf("walk-%d", w.made), "fields": fields}))
	a := w.programs[words[0]].call(http.MethodPost, "/api/v1/tickets/"+string(id)+"/steps/"+string(step), string(body), header("Idempotency-Key", fmt.Sprintf("walk-%d", w.made)))
	if a.status == http.StatusOK {
		w.taken[step] = true
	}
	return a
}

// attach sends a file as programs do.
func (w *walker) attach(id ticket.ID, who string) answer {
	w.t.Helper()
	body, kind := w.multipart(nil, []sent{{"现场.png", screenshot(1)}})
	w.made++
	a := w.programs[who].call(http.MethodPost, "/api/v1/tickets/"+string(id)+"/attachments", body.String(), header("Content-Type", kind), header("Idempotency-Key", fmt.Sprintf("walk-%d", w.made)))
	if a.status == http.StatusCreated {
		w.taken[ticket.StepAttach] = true
		a.status = http.StatusOK
	}
	return a
}

// walk takes steps that must be possible, one a line.
func (w *walker) walk(id ticket.ID, lines ...string) ticket.Ticket {
	w.t.Helper()
	for _, line := range lines {
		if a := w.take(id, line); a.status != http.StatusOK {
			w.t.Fatalf("%s: %d %s", line, a.status, a.body)
		}
	}
	return w.ticket(id)
}

var toHandling = []string{"operator dispatch", "unit sign"}

// toReplied makes it a complaint, which is called back, and has it handled.
func toReplied() []string {
	return append(append([]string{"operator correct category=C01 kind=complaint reason=是投诉"}, toHandling...), "unit contact", "unit reply")
}

// TestEveryPathOfTheTableIsWalkedThroughTheAPI takes every step that people can
// take, from opening to each of the ends.
func TestEveryPathOfTheTableIsWalkedThroughTheAPI(t *testing.T) {
	w := newWalker(t)
	for _, c := range []struct {
		name  string
		lines []string
		end   ticket.State
	}{
		{"answered on the phone", []string{"operator correct category=X02 kind=consult", "operator2 answer"}, ticket.Answered},
		{"rejected", []string{"operator reject"}, ticket.Rejected},
		{"transferred, with a receipt", []string{"operator transfer", "operator record_receipt"}, ticket.Transferred},
		{"dispatched by mistake and recalled", []string{"operator dispatch", "operator recall"}, ticket.Received},
		{"handled, sent back, replied, called back", append(toReplied(), "operator2 send_back", "unit reply", "operator2 approve_reply", "operator callback", "operator record_callback"), ticket.Closed},
		{"done again", append(toReplied(), "operator2 approve_reply", "operator record_callback satisfied=no solved=no reason=没解决", "supervisor redo", "unit sign", "unit reply", "operator2 approve_reply", "operator record_callback"), ticket.Closed},
		{"bounced twice and ruled on", []string{"operator dispatch", "unit request_return", "operator uphold_return", "operator dispatch lead=gonglu reason=改派", "unit2 request_return ground=R02", "operator uphold_return", "supervisor arbitrate lead=yunfu"}, ticket.Dispatched},
		{"a return refused", []string{"operator dispatch", "unit request_return", "operator refuse_return"}, ticket.Dispatched},
		{"a dispute taken to a ruling", []string{"operator escalate", "supervisor arbitrate"}, ticket.Dispatched},
		{"extended, and once not", append(append([]string{}, toHandling...), "unit request_extension", "supervisor refuse_extension", "unit request_extension", "supervisor grant_extension"), ticket.Handling},
		{"with a co-unit", append(append([]string{}, toHandling...), "unit add_counit", "unit2 co_reply"), ticket.Handling},
		{"suspended and resumed", append(append([]string{}, toHandling...), "unit request_suspension", "supervisor refuse_suspension", "unit request_suspension", "supervisor grant_suspension", "unit resume"), ticket.Handling},
		{"handed over", []string{"operator propose_hand_over", "discipline hand_over", "discipline record_receipt"}, ticket.HandedOver},
		{"no clue after all", []string{"operator propose_hand_over", "discipline decline_hand_over"}, ticket.Received},
		{"supervised, urged, noted, lifted", append(append([]string{}, toHandling...), "supervisor supervise level=yellow", "supervisor urge", "leader note", "supervisor lift"), ticket.Handling},
		{"with a file, and without it again", append(append([]string{}, toHandling...), "unit attach", "unit detach"), ticket.Handling},
		{"excluded and taken in again", []string{"supervisor request_exclusion", "supervisor2 refuse_exclusion", "supervisor request_exclusion", "supervisor2 exclude", "supervisor include"}, ticket.Received},
		{"confidential and not any more", []string{"operator confide", "operator request_disclosure", "supervisor refuse_disclosure", "operator request_disclosure", "supervisor disclose"}, ticket.Received},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.t, w.bureau.t = t, t
			if got := w.walk(w.open(), c.lines...); got.State != c.end {
				t.Errorf("ends as %s, not %s", got.State, c.end)
			}
		})
	}
	t.Run("merged, told and split", func(t *testing.T) {
		w.t, w.bureau.t = t, t
		w.primary = w.open()
		w.walk(w.primary, toHandling...)
		if got := w.walk(w.open(), "operator merge", "unit inform", "operator split"); got.State != ticket.Received {
			t.Errorf("split into %s", got.State)
		}
	})
	for i := range steps.Transitions {
		s := &steps.Transitions[i]
		if byPeople := s.Step != ticket.StepReceive && len(s.Roles) > 0; byPeople && !w.taken[s.Step] {
			t.Errorf("%s was never taken", s.Step)
		}
	}
}

// TestCheatingThroughTheAPIIsRefused tries what somebody would try who wants
// better figures than the work deserves.
func TestCheatingThroughTheAPIIsRefused(t *testing.T) {
	w := newWalker(t)
	refused := func(id ticket.ID, line string, statuses ...int) {
		w.t.Helper()
		before := w.ticket(id)
		a := w.take(id, line)
		for _, status := range statuses {
			if a.status == status {
				if after := w.ticket(id); after.Version != before.Version {
					w.t.Errorf("%s: refused, but the ticket went on", line)
				}
				return
			}
		}
		w.t.Errorf("%s: %d %s", line, a.status, a.body)
	}
	t.Run("a callback cannot be skipped", func(t *testing.T) {
		w.t, w.bureau.t = t, t
		id := w.open()
		got := w.walk(id, append(toReplied(), "operator2 approve_reply")...)
		if got.State != ticket.Callback {
			t.Fatalf("%s", got.State)
		}
		refused(id, "unit record_callback", http.StatusForbidden)
		refused(id, "operator approve_reply", http.StatusConflict)
		refused(id, "operator record_callback responded=unknown solved=unknown satisfied=unknown unreachable=yes", http.StatusUnprocessableEntity)
	})
	t.Run("bouncing gains no time", func(t *testing.T) {
		w.t, w.bureau.t = t, t
		id := w.open()
		first := w.walk(id, "operator dispatch")
		due, _ := first.Due(ticket.ClockClose)
		w.walk(id, "unit request_return")
		w.wait(2 * time.Hour)
		again := w.walk(id, "operator uphold_return", "operator dispatch lead=gonglu reason=改派")
		if after, _ := again.Due(ticket.ClockClose); after.At.After(due.At) {
			t.Errorf("due %s, after the bounce %s", due.At, after.At)
		}
		refused(id, "unit request_return", http.StatusForbidden, http.StatusNotFound)
		w.walk(id, "unit2 request_return ground=R02", "operator refuse_return")
		refused(id, "unit2 request_return ground=R02", http.StatusUnprocessableEntity, http.StatusConflict)
	})
	t.Run("nobody approves their own request", func(t *testing.T) {
		w.t, w.bureau.t = t, t
		id := w.open()
		w.walk(id, "supervisor request_exclusion")
		refused(id, "supervisor exclude", http.StatusForbidden)
		w.walk(id, "operator confide", "supervisor request_disclosure")
		refused(id, "supervisor disclose", http.StatusForbidden)
	})
	t.Run("a sealed clue is not there for others", func(t *testing.T) {
		w.t, w.bureau.t = t, t
		id := w.open()
		w.walk(id, "operator propose_hand_over", "discipline hand_over")
		for _, who := range []string{"operator", "unit", "supervisor", "leader"} {
			if a := w.programs[who].call(http.MethodGet, "/api/v1/tickets/"+string(id), ""); a.status != http.StatusNotFound {
				t.Errorf("%s reads it: %d", who, a.status)
			}
			refused(id, who+" note", http.StatusNotFound, http.StatusForbidden)
		}
	})
	t.Run("a redone ticket is called back", func(t *testing.T) {
		w.t, w.bureau.t = t, t
		id := w.open()
		w.walk(id, append(toReplied(), "operator2 approve_reply", "operator record_callback")...)
		if got := w.walk(id, "supervisor redo", "unit sign", "unit reply", "operator2 approve_reply"); got.State != ticket.Callback {
			t.Errorf("it is %s", got.State)
		}
	})
}

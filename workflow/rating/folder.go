// Package rating keeps the quarterly ratings of the units (季度评价): drafted by
// the service, confirmed by the supervisor, and only then shown to the units.
package rating

import (
	"context"
	"errors"
	"hash"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/rules"
	"huiyin/workflow/steps"
)

// The steps.
const (
	Draft    ticket.Step = "rating_draft"
	Redraft  ticket.Step = "rating_redraft"
	Confirm  ticket.Step = "rating_confirm"
	Withdraw ticket.Step = "rating_withdraw"
)

// The states.
const (
	Drafted   ticket.State = "drafted"
	Confirmed ticket.State = "confirmed"
)

// Table is the life of a quarter's rating.
var Table = dossier.Table{
	Kind: "rating", Noun: "季度评价",
	States: []dossier.State{{State: Drafted, Name: "草稿，待确认"}, {State: Confirmed, Name: "已确认，单位可见"}},
	Steps: []dossier.Step{
		{Step: Draft, Name: "生成草稿", To: Drafted, Auto: true, Rule: "季度结束后由系统生成"},
		{Step: Redraft, Name: "重新计算", From: []ticket.State{Drafted}, Auto: true, Roles: []ticket.Role{ticket.Supervisor}, Rule: "确认以前可以按最新数据重算"},
		{
			Step: Confirm, Name: "确认", From: []ticket.State{Drafted}, To: Confirmed, Roles: []ticket.Role{ticket.Supervisor},
			Fields: []steps.Field{{Name: "note", Label: "说明", Kind: steps.FieldLongText, Max: 500}}, Rule: "确认后单位才能看到",
		},
		{
			Step: Withdraw, Name: "撤回", From: []ticket.State{Confirmed}, To: Drafted, Roles: []ticket.Role{ticket.Supervisor},
			Fields: []steps.Field{{Name: "reason", Label: "理由", Kind: steps.FieldLongText, Max: 500, Required: true}},
		},
	},
}

// Folder is where a store's ratings lie.
type Folder struct{ *dossier.Desk }

// New opens the folder of a store.
func New(rdb redis.UniversalClient, hash func() hash.Hash, policy func() *rules.Policy) *Folder {
	return &Folder{dossier.NewDesk(&Table, rdb, hash, policy)}
}

// Put keeps the draft of a quarter, 2026-Q3, and replaces an older one that is
// not confirmed. It reports whether it was kept: a confirmed rating stands.
func (f *Folder) Put(ctx context.Context, now time.Time, quarter string, actor ticket.Actor, figures []byte) (bool, error) {
	r := dossier.Request{ID: "draft:" + quarter, Entry: quarter, Step: Draft, Actor: actor, Files: map[string][]byte{"1": figures}}
	e, err := f.Entry(ctx, ticket.Service, quarter)
	switch {
	case errors.Is(err, ticket.ErrNotFound):
		r.Recorded = map[string]string{"file": "1"}
	case err != nil:
		return false, err
	case e.State != Drafted:
		return false, nil
	default:
		next := strconv.FormatInt(e.Version+1, 10)
		r.ID, r.Step, r.Version = "redraft:"+quarter+":"+next, Redraft, e.Version
		r.Recorded, r.Files = map[string]string{"file": next}, map[string][]byte{next: figures}
	}
	if _, err := f.Take(ctx, now, r); err != nil {
		if errors.Is(err, ticket.ErrConflict) || errors.Is(err, ticket.ErrIllegal) { // somebody was faster
			return false, nil
		}
		return false, err
	}
	return true, nil
}

// Figures are the figures of a quarter. Units see confirmed ones only.
func (f *Folder) Figures(ctx context.Context, actor ticket.Actor, quarter string) (dossier.Entry, []byte, error) {
	e, err := f.Entry(ctx, ticket.Service, quarter)
	if err != nil {
		return e, nil, err
	}
	if !Above(actor) && e.State != Confirmed {
		return dossier.Entry{}, nil, ticket.Refuse(ticket.ErrNotFound, "no_matter", "没有季度评价 %s，或者还没有确认", e.ID)
	}
	b, err := f.File(ctx, quarter, e.Values["file"])
	return e, b, err
}

// Quarters lists what the actor may see, the latest first.
func (f *Folder) Quarters(ctx context.Context, actor ticket.Actor) ([]dossier.Entry, error) {
	all, err := f.List(ctx, ticket.Service)
	if err != nil || Above(actor) {
		return all, err
	}
	var own []dossier.Entry
	for _, e := range all {
		if e.State == Confirmed && actor.Unit != "" {
			own = append(own, e)
		}
	}
	return own, nil
}

// Above are those who see the whole rating, the draft as well.
func Above(actor ticket.Actor) bool {
	return actor.Has(ticket.Supervisor) || actor.Has(ticket.Leader) || actor.Has(ticket.System) || actor.Has(ticket.Auditor)
}

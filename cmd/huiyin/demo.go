package main

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"huiyin/intake"
	"huiyin/internal/sample"
	"huiyin/ticket"
	"huiyin/web"
)

// demoCmd is huiyin demo.
type demoCmd struct {
	Tickets int    `help:"生成多少件" default:"1200"`
	Months  int    `help:"从几个月前开始" default:"14"`
	Seed    uint64 `help:"随机种子；同一种子生成同样的工单" default:"1"`
}

// demoPassword is printed at every start of a store with sample accounts.
const demoPassword = "yangli-2026-huiyin"

// Run fills an empty store with made-up tickets that went through the whole
// workflow at the times at which people would have taken the steps.
func (cmd *demoCmd) Run(ctx context.Context, root *cli, c *console) error {
	if cmd.Tickets < 1 || cmd.Tickets > 1_000_000 || cmd.Months < 1 || cmd.Months > 60 {
		return fmt.Errorf("--tickets 应在 1 到 1000000 之间，--months 应在 1 到 60 之间")
	}
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	if done, err := cmd.mayFill(ctx, a, c); done || err != nil {
		return err
	}
	d := &demo{app: a, now: c.now(), bar: progress(c, "生成样例")}
	if err := d.accounts(ctx); err != nil {
		return err
	}
	if err := d.fill(ctx, cmd); err != nil {
		return err
	}
	if err := d.penalties(ctx, cmd.Seed); err != nil {
		return fmt.Errorf("样例处罚案件：%w", err)
	}
	if err := d.books(ctx); err != nil {
		return err
	}
	d.bar.finish()
	fmt.Fprintf(c.out, "已生成 %d 件样例工单，处处标明“样例”。样例账号见 huiyin user list，密码都是 %s。\n", cmd.Tickets, demoPassword)
	return nil
}

// mayFill refuses a store with real tickets; a store that holds the samples
// already is left as it is.
func (cmd *demoCmd) mayFill(ctx context.Context, a *app, c *console) (done bool, err error) {
	months, err := a.store.Months(ctx)
	if err != nil || len(months) == 0 {
		return false, err
	}
	for _, month := range months {
		facts, err := a.store.Facts(ctx, month)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(facts, func(f ticket.Fact) bool { return !f.Sample }) {
			return false, ticket.Refuse(ticket.ErrConflict, "real_tickets", "这里已有真实工单，不能混入样例；请换一个空的数据目录，如 --data ./data-demo")
		}
	}
	fmt.Fprintln(c.out, "样例工单已经在了，没有重复生成。")
	return true, nil
}

// demo fills one store.
type demo struct {
	*app
	now  time.Time
	bar  *bar
	done atomic.Int64
}

// sampleAccounts are one person for each role, and one for each unit.
func (d *demo) accounts(ctx context.Context) error {
	people := []web.Account{
		{Login: "huawu", Name: "李静", Roles: []ticket.Role{ticket.Operator}},
		{Login: "huawu2", Name: "陈晓", Roles: []ticket.Role{ticket.Operator}},
		{Login: "duban", Name: "王强", Roles: []ticket.Role{ticket.Supervisor}},
		{Login: "lingdao", Name: "周明", Roles: []ticket.Role{ticket.Leader}},
		{Login: "jijian", Name: "赵清", Roles: []ticket.Role{ticket.Discipline}},
		{Login: "guanli", Name: "孙维", Roles: []ticket.Role{ticket.Admin}},
		{Login: "shenji", Name: "吴正", Roles: []ticket.Role{ticket.Auditor}},
	}
	for _, u := range d.handlingUnits() {
		people = append(people, web.Account{Login: "u-" + u.Code, Name: u.Short + "经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: u.Code})
	}
	accounts := web.NewAccounts(d.redis)
	for _, p := range people {
		p.Sample = true
		if err := accounts.Add(ctx, d.now, p, demoPassword); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) handlingUnits() []ticket.Unit {
	var units []ticket.Unit
	for _, u := range d.book().workflow.Units {
		if !u.Disabled && u.Kind != ticket.UnitExternal && u.Kind != ticket.UnitDiscipline {
			units = append(units, u)
		}
	}
	return units
}

// fill makes the complaints in order, then lets the tickets live side by side,
// then draws each closed month's callbacks and lets the drawn ones go on.
func (d *demo) fill(ctx context.Context, cmd *demoCmd) error {
	rng := rand.New(rand.NewPCG(cmd.Seed, 1))
	maker := sample.New(cmd.Seed)
	complaints := make([]sample.Complaint, cmd.Tickets)
	for i, at := range arrivals(rng, cmd.Tickets, cmd.Months, d.now) {
		complaints[i] = maker.Complaint(at)
	}
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(demoWorkers)
	for i := range complaints {
		group.Go(func() error {
			d.bar.step(int(d.done.Add(1)), cmd.Tickets)
			return d.one(gctx, &complaints[i], cmd.Seed+uint64(i))
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return d.draws(ctx, cmd)
}

const demoWorkers = 16

// arrivals are the times of the calls: more by day than by night, more on
// weekdays, growing a little from month to month.
func arrivals(rng *rand.Rand, n, months int, now time.Time) []time.Time {
	start := ticket.MonthOf(now).Add(1 - months).Start()
	span := now.Sub(start)
	times := make([]time.Time, 0, n)
	for range n / 40 { // the last day is busy, so that there is something to do
		times = append(times, now.Add(-time.Duration(rng.Int64N(int64(26*time.Hour)))).Truncate(time.Second))
	}
	for len(times) < n {
		at := start.Add(time.Duration(rng.Float64() * float64(span))).Truncate(time.Second)
		growth := 0.7 + 0.3*float64(at.Sub(start))/float64(span)
		if rng.Float64() < growth*hourWeight(at) {
			times = append(times, at)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

func hourWeight(t time.Time) float64 {
	local := t.In(ticket.Shanghai)
	weight := 0.08
	switch h := local.Hour(); {
	case h >= 8 && h < 11:
		weight = 1
	case h >= 11 && h < 18:
		weight = 0.8
	case h >= 18 && h < 22:
		weight = 0.45
	}
	if wd := local.Weekday(); wd == time.Saturday || wd == time.Sunday {
		weight *= 0.7
	}
	return weight
}

// one takes a complaint in and lets it live until now.
func (d *demo) one(ctx context.Context, c *sample.Complaint, seed uint64) error {
	l, err := d.born(ctx, c, seed)
	if err != nil {
		return err
	}
	return l.run(ctx)
}

// born takes a complaint in.
func (d *demo) born(ctx context.Context, c *sample.Complaint, seed uint64) (*life, error) {
	form := intake.Form{
		Channel: ticket.Channel(c.Channel), SourceNo: c.SourceNo, Title: c.Title, Content: c.Content,
		CallerName: c.Caller.Name, CallerSex: c.Caller.Sex, CallerPhone: c.Caller.Phone, CallerAddress: c.Caller.Address,
		Confidential: c.Secret, Place: c.Place, Area: c.County, Subject: c.Subject, CalledAt: c.CalledAt, DemandType: c.Kind,
		Sample: true,
	}
	results, err := d.line.Accept(ctx, c.CalledAt, ticket.Service, []intake.Form{form})
	if err != nil {
		return nil, err
	}
	if len(results[0].Faults) > 0 {
		return nil, fmt.Errorf("样例工单不合格：%s", results[0].Faults[0].Message)
	}
	t, err := d.desk.Ticket(ctx, ticket.Service, results[0].ID)
	return &life{demo: d, rng: rand.New(rand.NewPCG(seed, 2)), ticket: t, at: c.CalledAt}, err
}

// draws makes each closed month's callback draw on the first of the next.
func (d *demo) draws(ctx context.Context, cmd *demoCmd) error {
	first := ticket.MonthOf(d.now).Add(1 - cmd.Months)
	for month := first; month < ticket.MonthOf(d.now); month = month.Add(1) {
		seed := int64(cmd.Seed)
		at := month.End().Add(6 * time.Hour)
		result, err := d.desk.DrawCallbacks(ctx, at, ticket.Service, month, &seed)
		if err != nil {
			return err
		}
		slices.SortFunc(result.Drawn, func(a, b ticket.ID) int { return cmp.Compare(a, b) })
		for i, id := range result.Drawn {
			t, err := d.desk.Ticket(ctx, ticket.Service, id)
			if err != nil {
				return err
			}
			life := life{demo: d, rng: rand.New(rand.NewPCG(cmd.Seed+uint64(i), 3)), ticket: t, at: at}
			if err := life.run(ctx); err != nil {
				return err
			}
		}
	}
	_, err := d.desk.Sweep(ctx, d.now)
	return err
}

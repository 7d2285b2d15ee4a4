package workflow

import (
	"os"
	"os/exec"
	"testing"

	"huiyin/internal/redisd"
	"huiyin/ticket"
)

// TestTheWholeLifeRunsOnACluster walks tickets into every state on three
// masters: each script keeps to one slot, and what is read over all partitions
// is read from all of them.
func TestTheWholeLifeRunsOnACluster(t *testing.T) {
	rdb, err := redisd.Connect(redisd.ForTestCluster(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = rdb.Close() })
	b := bureauOn(t, rdb, defaultPolicy(t))
	ids := b.busy()
	b.does(annOperator, ids[ticket.Closed], ticket.StepRedo)
	var openings []Opening
	for i := range 300 {
		o := complaint(5000 + i)
		sure(&o)
		openings = append(openings, o)
	}
	for i, o := range b.open(openings...) {
		if o.Err != nil || !o.Dispatched {
			t.Fatalf("opening %d: %+v", i, o)
		}
	}
	summary, breaches := b.fsck()
	if len(breaches) > 0 || summary.Tickets < 300+len(ids) {
		t.Errorf("%+v %v", summary, breaches)
	}
	page, err := b.desk.List(b.ctx, b.now, guanWatch, Filter{States: []ticket.State{ticket.Dispatched}, Limit: 200})
	if err != nil || page.Total < 300 || len(page.Tickets) != 200 {
		t.Errorf("listed %d of %d, %v", len(page.Tickets), page.Total, err)
	}
	counts, err := b.desk.Counts(b.ctx, b.now, guanWatch, "zhidui")
	if err != nil || counts.States[ticket.Dispatched] != page.Total {
		t.Errorf("counted %+v, %v", counts, err)
	}
	if facts, err := b.store.Facts(b.ctx, "2026-09"); err != nil || len(facts) < 300 {
		t.Errorf("%d facts, %v", len(facts), err)
	}
	if moved, err := b.desk.Reclock(b.ctx, true); err != nil || len(moved) > 0 {
		t.Errorf("reclocked %v, %v", moved, err)
	}
}

// clusterEnv makes the suite run on the cluster of this address.
const clusterEnv = "HUIYIN_TEST_CLUSTER"

// ofOneServer are the tests that are about one server, or bring their own.
const ofOneServer = "WhoeverDies|OnACluster|LostAnswers|CannotWrite"

// TestTheSuiteOnACluster runs all other tests of the room once more, on three
// masters: no code knows the difference, so no test may.
func TestTheSuiteOnACluster(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.skip="+ofOneServer, "-rapid.checks=10")
	cmd.Env = append(os.Environ(), clusterEnv+"="+redisd.ForTestCluster(t))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

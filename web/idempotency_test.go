package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"huiyin/ticket"
)

func (a answer) created(t testing.TB, status int) createdBody {
	t.Helper()
	a.has(t, status)
	var c createdBody
	if err := json.Unmarshal([]byte(a.body), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAKeyStandsForOneBodyOfOneAccount(t *testing.T) {
	b := newBureau(t)
	p, other := b.program("operator"), b.program("operator2")
	const path = "/api/v1/tickets"
	key := func(k string) func(*http.Request) { return header("Idempotency-Key", k) }
	numbered := `{"channel":"12345","source_no":"WD7","title":"情况反映","content":"说得不清楚，请核实。"}`
	unnamed := `{"channel":"12345","title":"情况反映","content":"没有编号，请核实。"}`

	first := p.call(http.MethodPost, path, numbered, key("k-1"))
	id := first.created(t, http.StatusCreated).ID
	again := p.call(http.MethodPost, path, strings.ReplaceAll(numbered, ",", " , "), key("k-1"))
	again.created(t, http.StatusCreated)
	if again.body != first.body || again.header.Get("Location") != first.header.Get("Location") {
		t.Errorf("the same request got %s after %s", again.body, first.body)
	}
	p.call(http.MethodPost, path, strings.Replace(numbered, "WD7", "WD8", 1), key("k-1")).problem(t, 422, "idempotency_key_reused")
	p.call(http.MethodPost, path, unnamed, key("k-1")).problem(t, 422, "idempotency_key_reused")
	if got := p.call(http.MethodPost, path, numbered, key("k-2")).created(t, http.StatusOK); got.ID != id || !got.Existing {
		t.Errorf("the source number under another key made %+v", got)
	}

	mine := p.call(http.MethodPost, path, unnamed, key("k-3")).created(t, http.StatusCreated)
	if got := p.call(http.MethodPost, path, unnamed, key("k-3")).created(t, http.StatusCreated); got != mine {
		t.Errorf("the same key made %+v after %+v", got, mine)
	}
	if got := other.call(http.MethodPost, path, unnamed, key("k-3")).created(t, http.StatusCreated); got.ID == mine.ID {
		t.Error("the key of one account gave the ticket to another")
	}
	named := strings.Replace(numbered, "WD7", "k-3", 1)
	if got := p.call(http.MethodPost, path, named).created(t, http.StatusCreated); got.Existing || got.ID == mine.ID {
		t.Errorf("a complaint was swallowed because its number is somebody's key: %+v", got)
	}
	if no := b.ticket(mine.ID).SourceNo; !strings.HasPrefix(no, "API-") || strings.Contains(no, "k-3") {
		t.Errorf("source number %q", no)
	}
	for _, k := range must(b.rdb.Keys(b.ctx, keyIdempotency+"*").Result()) {
		if life := must(b.rdb.TTL(b.ctx, k).Result()); life <= 0 || life > idempotencyLife {
			t.Errorf("%s lives %s", k, life)
		}
	}
}

func TestAKeyMayBeUsedAgainWhenNothingWasOpened(t *testing.T) {
	b := newBureau(t)
	p := b.program("operator")
	key := header("Idempotency-Key", "k-1")
	p.call(http.MethodPost, "/api/v1/tickets", `{"channel":"fax","title":"情况反映","content":"来源写错了。"}`, key).problem(t, 422, "invalid_ticket")
	p.call(http.MethodPost, "/api/v1/tickets", `{"channel":"12345","title":"情况反映","content":"来源改对了。"}`, key).created(t, http.StatusCreated)
	p.call(http.MethodPost, "/api/v1/tickets", `{}`, header("Idempotency-Key", strings.Repeat("k", idempotencyMax+1))).problem(t, 422, "invalid_input")
}

func TestTheSameKeyAtTheSameTimeOpensOneTicket(t *testing.T) {
	b := newBureau(t)
	p := b.program("operator")
	var ids sync.Map
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			p := program{&browser{b: b, cookies: map[string]string{}}, p.token}
			a := p.call(http.MethodPost, "/api/v1/tickets", `{"channel":"12345","title":"情况反映","content":"没有编号，请核实。"}`, header("Idempotency-Key", "k-1"))
			var c createdBody
			if err := json.Unmarshal([]byte(a.body), &c); err != nil || c.ID == "" {
				t.Errorf("%d %s", a.status, a.body)
			}
			ids.Store(c.ID, true)
		})
	}
	wg.Wait()
	var seen []ticket.ID
	ids.Range(func(id, _ any) bool { seen = append(seen, id.(ticket.ID)); return true })
	if len(seen) != 1 {
		t.Errorf("tickets %v", seen)
	}
}

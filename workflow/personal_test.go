package workflow

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"huiyin/ticket"
)

// contents are all keys of the store and what they hold, as it is read there.
func (b *bureau) contents() string {
	b.t.Helper()
	keys := b.keys()
	var all strings.Builder
	for _, key := range keys {
		var held any
		kind, err := b.rdb.Type(b.ctx, key).Result()
		if err == nil {
			switch kind {
			case "string":
				held, err = b.rdb.Get(b.ctx, key).Result()
			case "hash":
				held, err = b.rdb.HGetAll(b.ctx, key).Result()
			case "list":
				held, err = b.rdb.LRange(b.ctx, key, 0, -1).Result()
			case "set":
				held, err = b.rdb.SMembers(b.ctx, key).Result()
			case "zset":
				held, err = b.rdb.ZRange(b.ctx, key, 0, -1).Result()
			case "stream":
				held, err = b.rdb.XRange(b.ctx, key, "-", "+").Result()
			default:
				b.t.Fatalf("a key of the kind %s", kind)
			}
		}
		if err != nil {
			b.t.Fatal(err)
		}
		fmt.Fprintln(&all, key, held)
	}
	return all.String()
}

func TestPersonalDataTypedIntoAStepIsNowhereInTheStore(t *testing.T) {
	b := newBureau(t)
	id := b.receive()
	b.does(annOperator, id, ticket.StepDispatch)
	b.does(caoUnit, id, ticket.StepSign)
	b.does(caoUnit, id, ticket.StepContact, "outcome", "来电人要求改打19900001111，邮箱su@qq.com")
	shown, err := json.Marshal(b.get(id))
	if err != nil {
		t.Fatal(err)
	}
	everywhere := b.contents()
	if !strings.Contains(everywhere, "199****1111") {
		t.Error("the outcome is not where it was looked for")
	}
	for _, secret := range []string{"19900001111", "su@qq.com"} {
		if strings.Contains(everywhere, secret) || strings.Contains(string(shown), secret) {
			t.Errorf("%s stands open", secret)
		}
	}
}

package web

import (
	"net/http"
	"strings"
	"testing"
)

func TestTheBoardOfReturnsIsOnTheSupervisionPage(t *testing.T) {
	w := newWalker(t)
	id := w.open()
	w.walk(id, "operator dispatch", "unit request_return", "operator refuse_return")
	other := w.open()
	w.walk(other, "operator dispatch", "unit request_return")
	s := w.as("supervisor")
	s.get("/supervision").has(t, 200, "退单榜", "/supervision/returns")
	board := s.get("/supervision/returns")
	board.has(t, 200, string(id), string(other), "驳回", "待审", "还没有单位接")
	if n := strings.Count(board.body, `data-test="bouncer"`); n != 1 {
		t.Errorf("%d units on the board", n)
	}
	s.get("/supervision/returns?month=2025-01").has(t, 200, "这个月没有退单")
	s.get("/supervision/returns?month=x").has(t, http.StatusUnprocessableEntity)
	for _, who := range []string{"unit", "leader", "operator"} {
		w.as(who).get("/supervision/returns").has(t, http.StatusForbidden)
	}
}

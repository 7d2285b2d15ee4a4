package outbox

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"huiyin/internal/webhook"
	"huiyin/ticket"
)

var receiverKey = []byte("0123456789abcdef0123456789abcdef")

const receiverEnv = "HUIYIN_RECEIVER_TEST"

// mailman is a real HTTP receiver: it verifies every signature, notes what it
// accepted, and behaves as the test says.
type mailman struct {
	t      testing.TB
	server *httptest.Server
	mu     sync.Mutex
	got    []Message // accepted, repetitions included
	ids    []string
	asked  int
	act    func(n int, id string, m Message) int // status; 0: accept, then drop the connection
	opened time.Time                             // the clock of the signatures
}

func newMailman(t testing.TB, act func(n int, id string, m Message) int) *mailman {
	t.Helper()
	t.Setenv(receiverEnv, "whsec_"+base64.StdEncoding.EncodeToString(receiverKey))
	m := &mailman{t: t, act: act}
	m.server = httptest.NewServer(m)
	t.Cleanup(m.server.Close)
	return m
}

func always(status int) func(int, string, Message) int {
	return func(int, string, Message) int { return status }
}

func (m *mailman) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the sender was stopped half-way
	}
	m.mu.Lock()
	now := m.opened
	m.mu.Unlock()
	if now.IsZero() {
		now = time.Now()
	}
	id, err := webhook.Verify(r.Header, body, now, receiverKey)
	if err != nil {
		m.t.Errorf("signature: %v", err)
	}
	var message Message
	if err := json.Unmarshal(body, &message); err != nil {
		m.t.Errorf("body %s: %v", body, err)
	}
	m.mu.Lock()
	m.asked++
	status := m.act(m.asked, id, message)
	if status == 0 || status >= 200 && status < 300 {
		m.got, m.ids = append(m.got, message), append(m.ids, id)
	}
	m.mu.Unlock()
	if status == 0 {
		panic(http.ErrAbortHandler)
	}
	if status == http.StatusFound {
		w.Header().Set("Location", m.server.URL+"/elsewhere")
	}
	w.WriteHeader(status)
}

func (m *mailman) setClock(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.opened = now
}

// behave changes how the receiver answers from now on.
func (m *mailman) behave(act func(n int, id string, m Message) int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.act = act
}

func (m *mailman) accepted() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string(nil), m.ids...)
}

func (m *mailman) requests() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.asked
}

// steps are the steps of a ticket as the receiver accepted them.
func (m *mailman) steps(id ticket.ID) []ticket.Step {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []ticket.Step
	for _, message := range m.got {
		if message.Data.ID == id {
			list = append(list, message.Data.Step)
		}
	}
	return list
}

// inOrder fails unless, of each ticket, every step that is expected came, each
// after the one before; what came again came at once.
func (m *mailman) inOrder(expected map[ticket.ID]int64) {
	m.t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	latest := map[ticket.ID]int64{}
	for i, message := range m.got {
		d := message.Data
		if m.ids[i] != MessageID(d.ID, d.Seq) {
			m.t.Errorf("message %s tells of step %d of %s", m.ids[i], d.Seq, d.ID)
		}
		if d.Seq != latest[d.ID] && d.Seq != latest[d.ID]+1 {
			m.t.Errorf("%s: step %d after %d", d.ID, d.Seq, latest[d.ID])
		}
		latest[d.ID] = max(latest[d.ID], d.Seq)
	}
	for id, n := range expected {
		if latest[id] != n {
			m.t.Errorf("%s: the last message tells of step %d, want %d", id, latest[id], n)
		}
	}
}

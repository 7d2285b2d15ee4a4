package main

import (
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
)

// anyTicket stands, as redis-benchmark has it, for twelve digits drawn anew in
// every place of every call: the ID of one of the copies, and the name of an
// event that the copy has not yet.
const anyTicket = "__rand_int__"

// reference is what redis-benchmark runs: a real step, taken again and again on
// as many copies of its ticket as a round works on. It can draw numbers but not
// count, so a copy keeps its version; all else is as in a real step: the script,
// the length of every argument, each call appends an event of the same length to
// a history, to the stream and to the facts, none is refused. Recorded steps,
// which differ in nothing, run beside it.
type reference struct {
	args []string
	tag  string // of the copies' keys
	dump string // the ticket as it was
}

func (b *bench) reference() (*reference, error) {
	calls, err := b.record()
	if err != nil {
		return nil, err
	}
	step := calls[0][0]
	key := plain(step[3])
	tag, id, ok := strings.Cut(key, "}:t:")
	keys, err := strconv.Atoi(plain(step[2]))
	if !ok || err != nil {
		return nil, fmt.Errorf("bench 不认得脚本的参数：%s", key)
	}
	r := &reference{tag: tag + "}:t:"}
	if r.dump, err = b.rdb.Dump(b.ctx, key).Result(); err != nil {
		return nil, err
	}
	version := plain(step[3+keys])
	following := plain(calls[0][1][3+keys])
	for i, a := range step {
		text := plain(a)
		switch previous := len(r.args) - 1; {
		case text == id:
			text = anyTicket
		case text == key:
			text = r.tag + anyTicket
		case i == 3+keys:
			text = following // what the step leaves, so that it can be taken again
		case i > 3+keys && text == "e"+following:
			text = "e" + anyTicket
		case previous > 0 && r.args[previous] == "e"+anyTicket:
			text = strings.Repeat("x", len(text)+len("e"+version)-len(r.args[previous]))
		case i > 1 && !isPlain(text):
			text = strings.Repeat("x", len(text)) // a command line cannot hold it
		}
		r.args = append(r.args, text)
	}
	return r, nil
}

func isPlain(text string) bool {
	for _, c := range []byte(text) {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// refresh puts the copies back to how they were, so that every way walks over
// as much memory, with histories of the same length.
func (b *bench) refresh(r *reference) error {
	pipe := b.rdb.Pipeline()
	for i := range workload {
		id := fmt.Sprintf("%s%012d", r.tag, i)
		pipe.RestoreReplace(b.ctx, id, 0, r.dump)
		pipe.HSet(b.ctx, id, "v", r.args[3+r.keys()])
	}
	_, err := pipe.Exec(b.ctx)
	return err
}

func (r *reference) keys() int {
	n, _ := strconv.Atoi(r.args[2])
	return n
}

var perSecond = regexp.MustCompile(`([0-9.]+) requests per second`)

func (b *bench) redisBenchmark(r *reference, clients int) (speed, error) {
	line := []string{"-s", b.rdb.Options().Addr, "-c", strconv.Itoa(clients), "-n", strconv.Itoa(workload * each), "-q", "-r", strconv.Itoa(workload)}
	cmd := exec.CommandContext(b.ctx, "redis-benchmark", append(line, r.args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return speed{}, fmt.Errorf("redis-benchmark: %w: %s", err, out)
	}
	found := perSecond.FindAllStringSubmatch(string(out), -1)
	if found == nil {
		return speed{}, errors.New("redis-benchmark 没有给出速度")
	}
	rate, err := strconv.ParseFloat(found[len(found)-1][1], 64)
	return speed{rate: rate, client: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}, err
}

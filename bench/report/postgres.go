package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"huiyin/reports"
	"huiyin/reports/made"
	"huiyin/ticket"
)

// The grouped figures of a report, as an analyst would ask PostgreSQL for them.
// :from and :to are the month, :before and :ago the ones it is compared with.
var questions = []string{
	`select date_trunc('month', received at time zone 'Asia/Shanghai'), category, count(*) from facts group by 1, 2`,
	`select date_trunc('month', received at time zone 'Asia/Shanghai'), channel, kind, count(*) from facts group by 1, 2, 3`,
	`select date_trunc('month', received at time zone 'Asia/Shanghai'), county, count(*) from facts group by 1, 2`,
	`select date_trunc('month', received at time zone 'Asia/Shanghai'), lead, count(*), sum(counits) from facts group by 1, 2`,
	`select date_trunc('month', closed at time zone 'Asia/Shanghai'), count(*) from facts where closed is not null group by 1`,
	`select county, category, count(*) from facts where received >= :from and received < :to group by 1, 2`,
	`select lead, count(*), count(*) filter (where settled < due), count(*) filter (where settled >= due and settled < :to),
	 count(*) filter (where settled is null or settled >= :to), count(*) filter (where settled < due and not excluded), count(*) filter (where not excluded),
	 count(*) filter (where due - settled >= interval '24 hours') from facts where due >= :from and due < :to and state not in ('merged', 'handed_over') group by rollup(1)`,
	`select lead, count(*), avg(minutes) filter (where replied), percentile_disc(0.9) within group (order by minutes) filter (where replied), sum(bounces),
	 count(*) filter (where extended), count(*) filter (where redos > 0), count(*) filter (where excluded), count(*) filter (where mediated),
	 count(*) filter (where calledback and responded = 1), count(*) filter (where calledback and responded <> 0),
	 count(*) filter (where calledback and solved = 1), count(*) filter (where calledback and solved <> 0),
	 count(*) filter (where calledback and satisfied = 1), count(*) filter (where calledback and satisfied <> 0)
	 from facts where settled >= :from and settled < :to group by rollup(1)`,
	`select category, count(*) filter (where calledback and satisfied = 1), count(*) filter (where calledback and satisfied <> 0) from facts where settled >= :from and settled < :to group by 1`,
	`select category, count(*) filter (where times >= 3), sum(times) filter (where times >= 3) from
	 (select category, caller, count(*) as times from facts where received >= :from and received < :to and caller <> 0 group by 1, 2) c group by 1`,
	`select category, extract(isodow from received at time zone 'Asia/Shanghai'), extract(hour from received at time zone 'Asia/Shanghai'), count(*)
	 from facts where received >= :from and received < :to group by 1, 2, 3`,
	`select supervision, state, count(*) from facts where supervision <> '' and (received >= :from and received < :to or settled >= :from and settled < :to) group by 1, 2`,
	`select count(*) from facts where received < :from and (closed is null or closed >= :from) and state not in ('merged', 'handed_over')`,
}

const tableOfFacts = `create unlogged table facts (received timestamptz, due timestamptz, settled timestamptz, closed timestamptz, category text, channel text, kind text, county text,
 lead text, state text, supervision text, caller bigint, minutes int, bounces smallint, redos smallint, counits smallint, responded smallint, solved smallint, satisfied smallint,
 replied bool, extended bool, excluded bool, mediated bool, calledback bool)`

// compare asks PostgreSQL and the report for the same grouped figures of the
// same facts, both with the facts at hand, and prints the ratio.
func compare(where string, perMonth, months int, of string) error {
	policy, err := loadPolicy()
	if err != nil {
		return err
	}
	month, err := ticket.ParseMonth(of)
	if err != nil {
		return err
	}
	src := made.New(policy.Categories, policy.Units, policy.Calendar, month.Add(-months), month, perMonth, 7)
	dsn, stop := where, func() {}
	if where == "start" {
		if dsn, stop, err = startPostgres(); err != nil {
			return err
		}
	}
	defer stop()
	if err := fill(dsn, src, month, months); err != nil {
		return err
	}
	theirs, rows, err := ask(dsn, month)
	if err != nil {
		return err
	}
	// Texts are no part of grouped figures: none are given.
	clock := &timed{Source: noTexts{src}, kept: map[string][]byte{}}
	start := time.Now()
	m, err := reports.Build(context.Background(), clock, policy, month, month.End().AddDate(0, 0, 1))
	if err != nil {
		return err
	}
	ours := time.Since(start) - clock.spent
	fmt.Printf("report      %8.2f s   (%d tickets in the month, %d months before it, every number of the report but those of texts)\n", ours.Seconds(), m.Volume.Received, months)
	fmt.Printf("postgresql  %8.2f s   (%d questions, %d rows; the better of two rounds, analysed, in memory)\n", theirs.Seconds(), len(questions), rows)
	fmt.Printf("ratio       %8.2f     postgresql / report; 1 or more: not slower\n", theirs.Seconds()/ours.Seconds())
	return nil
}

type noTexts struct{ *made.Source }

func (noTexts) Tickets(context.Context, []ticket.ID) ([]ticket.Ticket, error) { return nil, nil }

// psql runs a script and gives what it printed.
func psql(dsn string, in io.Reader) ([]byte, error) {
	cmd := exec.Command("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", dsn)
	cmd.Stdin = in
	var faults bytes.Buffer
	cmd.Stderr = &faults
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("psql: %w: %s", err, faults.String())
	}
	return out, nil
}

func fill(dsn string, src *made.Source, last ticket.Month, months int) error {
	r, w := io.Pipe()
	go func() { w.CloseWithError(copyAll(w, src, last, months)) }()
	start := time.Now()
	_, err := psql(dsn, r)
	if err == nil {
		fmt.Printf("filled      %8.2f s\n", time.Since(start).Seconds())
	}
	return err
}

func copyAll(to io.Writer, src *made.Source, last ticket.Month, months int) error {
	w := bufio.NewWriterSize(to, 1<<20)
	fmt.Fprintf(w, "drop table if exists facts;\n%s;\ncopy facts from stdin;\n", tableOfFacts)
	for m := last.Add(-months); m <= last; m = m.Add(1) {
		facts, err := src.Facts(context.Background(), m)
		if err != nil {
			return err
		}
		for i := range facts {
			line(w, &facts[i])
		}
	}
	fmt.Fprint(w, "\\.\ncreate index on facts (received);\ncreate index on facts (due);\ncreate index on facts (settled);\nvacuum analyze facts;\n")
	return w.Flush()
}

func line(w *bufio.Writer, f *ticket.Fact) {
	tri := func(x ticket.Tri) int { return int(x) }
	for _, at := range []time.Time{f.ReceivedAt, f.CloseDue, f.SettledAt(), f.ClosedAt} {
		if at.IsZero() {
			fmt.Fprint(w, "\\N\t")
			continue
		}
		fmt.Fprint(w, at.UTC().Format("2006-01-02 15:04:05+00\t"))
	}
	fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%t\t%t\t%t\t%t\t%t\n",
		f.Category, f.Channel, f.Kind, f.County, f.Lead, f.State, f.Supervision, f.CallerKey, f.WorkMinutes, f.Bounces, f.Redos, f.CoUnits,
		tri(f.Responded), tri(f.Solved), tri(f.Satisfied), f.Replied, f.Extended, f.Excluded, f.Mediated, f.CalledBack && !f.Unreachable)
}

var timing = regexp.MustCompile(`Time: ([\d.]+) ms`)

// ask puts the questions twice and adds up the better time of each.
func ask(dsn string, m ticket.Month) (time.Duration, int, error) {
	best := make([]float64, len(questions))
	rows := 0
	for round := range 2 {
		rows = 0
		for i, q := range questions {
			q = strings.NewReplacer(":from", quote(m.Start()), ":to", quote(m.End())).Replace(q)
			out, err := psql(dsn, strings.NewReader("\\timing on\n"+q+";\n"))
			if err != nil {
				return 0, 0, err
			}
			rows += bytes.Count(out, []byte{'\n'}) - 1
			ms, err := strconv.ParseFloat(string(timing.FindSubmatch(out)[1]), 64)
			if err != nil {
				return 0, 0, err
			}
			if round == 0 || ms < best[i] {
				best[i] = ms
			}
		}
	}
	total := 0.0
	for _, ms := range best {
		total += ms
	}
	return time.Duration(total * float64(time.Millisecond)), rows, nil
}

func quote(t time.Time) string { return "timestamptz '" + t.Format(time.RFC3339) + "'" }

// startPostgres starts a server of its own on a socket in a temporary folder.
func startPostgres() (dsn string, stop func(), err error) {
	programs, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if path, err := exec.LookPath("initdb"); err == nil {
		programs = append(programs, path)
	}
	if len(programs) == 0 {
		return "", nil, fmt.Errorf("no PostgreSQL on this machine: install it, or give the DSN of one")
	}
	bin := filepath.Dir(slices.Max(programs))
	dir, err := os.MkdirTemp("", "report-postgres")
	if err != nil {
		return "", nil, err
	}
	run := func(name string, args ...string) error {
		cmd := exec.Command(filepath.Join(bin, name), args...)
		cmd.Dir = dir
		if os.Getuid() == 0 { // the server refuses to run as root
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		}
		// Through files: the server outlives its starter and would hold a pipe open.
		log, err := os.CreateTemp("", "report-postgres-log")
		if err != nil {
			return err
		}
		defer os.Remove(log.Name())
		cmd.Stdout, cmd.Stderr = log, log
		if err := cmd.Run(); err != nil {
			said, _ := os.ReadFile(log.Name())
			return fmt.Errorf("%s: %w: %s", name, err, said)
		}
		return nil
	}
	if os.Getuid() == 0 {
		if err := os.Chown(dir, nobody, nobody); err != nil {
			return "", nil, err
		}
	}
	data := filepath.Join(dir, "data")
	if err := run("initdb", "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"); err != nil {
		return "", nil, err
	}
	options := "-c listen_addresses='' -c unix_socket_directories=" + dir + " -c shared_buffers=1GB -c work_mem=256MB -c fsync=off -c jit=off"
	if err := run("pg_ctl", "-D", data, "-w", "-l", filepath.Join(dir, "log"), "-o", options, "start"); err != nil {
		return "", nil, err
	}
	stop = func() {
		if err := run("pg_ctl", "-D", data, "-m", "immediate", "stop"); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.RemoveAll(dir)
	}
	return "host=" + dir + " user=bench dbname=postgres", stop, nil
}

// nobody owns the server's files when the bench is run as root.
const nobody = 65534

package intake

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"math"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"huiyin/intake/sheet"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/cases"
)

// ImportOptions say how a file is imported.
type ImportOptions struct {
	Channel  ticket.Channel
	Mapping  string   // name; empty: the default
	Mappings Mappings // of the policy; the zero value: those of UseMappings
	// Columns says of single headers which field they hold, empty for none; it
	// stands before the mapping.
	Columns map[string]string
	Check   bool // only say what would happen
	// RejectsDir is where the rejected rows are written; empty: beside the file.
	RejectsDir string
	// Progress is told how many rows are done, and a guess at how many there are.
	Progress func(done, total int)
}

// Summary is what became of a file.
type Summary struct {
	File        string   `json:"file"`
	Read        int      `json:"read"` // rows with a ticket
	Accepted    int      `json:"accepted"`
	Duplicates  int      `json:"duplicates"` // in the store already, or twice in the file
	Rejected    int      `json:"rejected"`
	RejectsFile string   `json:"rejects_file"`
	Seconds     float64  `json:"seconds"`
	Notes       []string `json:"notes,omitempty"`
	// Reasons are the first rejected rows, each with why.
	Reasons []string `json:"reasons,omitempty"`
	// AgainRows counts the accepted rows that may be the same matter as tickets
	// before them, Again lists the first of them.
	AgainRows int     `json:"again,omitempty"`
	Again     []Again `json:"duplicates_of,omitempty"`
}

// maxReasons is how many rejected rows a summary quotes.
const maxReasons = 20

// The pipeline: rows are read in chunks by one goroutine, judged by workers, and
// opened in their order by one, so that of two rows with the same number the
// first one counts. chunkRows is what one round trip to the store takes.
const (
	chunkRows    = 256
	judgeWorkers = 2
	chunksAhead  = 6
)

// Import opens tickets for the rows of a file. It keeps no state of its own:
// interrupted at any moment and run again, it adds exactly what is missing. It
// refuses with ErrInvalid a file that it cannot read; rows before the damage
// are in the store then, and counted in the summary.
func (l *Line) Import(ctx context.Context, now time.Time, actor ticket.Actor, file string, o ImportOptions) (Summary, error) {
	start := time.Now()
	run := &importing{line: l, now: now, actor: actor, options: o, seen: map[uint64]seenRow{}, seed: maphash.MakeSeed(),
		request: newRequest(), rules: l.rules(), summary: Summary{File: file}}
	run.rules.Now = now
	err := run.open(file)
	if err == nil {
		err = errors.Join(run.stream(ctx), run.close())
	}
	run.summary.Seconds = math.Round(time.Since(start).Seconds()*1000) / 1000
	return run.summary, run.interrupted(err)
}

// importing is one run of Import.
type importing struct {
	line    *Line
	now     time.Time
	actor   ticket.Actor
	options ImportOptions
	request string
	rules   Rules
	values  values
	mapping *Mapping
	file    *sheet.File
	rejects *rejects
	cabinet *cases.Cabinet // of an import of cases
	summary Summary
	unnamed int // rows that got a number from their content

	seed maphash.Seed
	seen map[uint64]seenRow // source numbers of this file
}

// seenRow is where a source number was first met, and with what.
type seenRow struct {
	content uint64
	row     int
}

// understand finds the mapping and refuses what cannot be imported at all.
func (run *importing) understand() error {
	switch channel := run.options.Channel; {
	case channel == ticket.ChannelCase:
		if run.cabinet = run.line.cases.Load(); run.cabinet == nil {
			return ticket.Refuse(ticket.ErrInvalid, "no_cases", "这里不能导入处罚案件")
		}
	case !channel.Valid():
		return ticket.Refuse(ticket.ErrInvalid, "unknown_channel", "没有来源渠道“%s”，可选：12345、12328、xinfang、message、review、case", clip(string(channel), 20))
	}
	mappings := run.options.Mappings
	if mappings.named == nil {
		mappings = *run.line.mappings.Load()
	}
	var ok bool
	name := run.options.Mapping
	if name == "" && run.cabinet != nil {
		name = caseMapping
	}
	if run.mapping, ok = mappings.Find(name); !ok {
		return ticket.Refuse(ticket.ErrInvalid, "unknown_mapping", "%s", mappings.unknown(name))
	}
	for header, field := range run.options.Columns {
		if field != "" && !isFormField(field) {
			return ticket.Refuse(ticket.ErrInvalid, "unknown_field", "列“%s”对应的字段不存在", clip(header, 20))
		}
	}
	run.mapping, run.values = run.mapping.with(run.options.Columns), mappings.values
	return nil
}

func (run *importing) open(path string) error {
	err := run.understand()
	if err != nil {
		return err
	}
	if run.file, err = sheet.Open(path); err != nil {
		return err
	}
	run.summary.Notes = append(run.summary.Notes, run.file.Notes...)
	dir := run.options.RejectsDir
	if dir == "" {
		dir = filepath.Dir(path)
	}
	run.rejects = newRejects(dir, filepath.Base(path))
	return nil
}

func (run *importing) close() error {
	if run.unnamed > 0 {
		run.note("有 %d 行没有工单编号一栏，已按内容编号（%s…）；同样的内容再次导入不会重复", run.unnamed, ownNumberPrefix)
	}
	name, err := run.rejects.save()
	run.summary.RejectsFile = name
	return errors.Join(err, run.file.Close())
}

func (run *importing) note(format string, args ...any) {
	run.summary.Notes = append(run.summary.Notes, fmt.Sprintf(format, args...))
}

// interrupted adds to a refusal how far the import came.
func (run *importing) interrupted(err error) error {
	var refusal *ticket.Refusal
	if !errors.As(err, &refusal) || run.summary.Accepted == 0 || run.options.Check {
		return err
	}
	told := *refusal
	told.Message += fmt.Sprintf("。在此之前已导入 %d 行；排除问题后把整个文件再导入一次即可，不会重复", run.summary.Accepted)
	return &told
}

// stream runs the pipeline.
func (run *importing) stream(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	work := make(chan *chunk)
	order := make(chan *chunk, chunksAhead)
	group.Go(func() error {
		defer close(order)
		defer close(work)
		return run.read(func(c *chunk) error {
			for _, to := range []chan *chunk{order, work} {
				select {
				case to <- c:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		})
	})
	for range judgeWorkers {
		group.Go(func() error {
			for c := range work {
				c.err = run.judge(c)
				close(c.judged)
			}
			return nil
		})
	}
	group.Go(func() error {
		for c := range order {
			select {
			case <-c.judged:
			case <-ctx.Done():
				return ctx.Err()
			}
			if err := run.settle(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

// judge makes openings of the forms of a chunk.
func (run *importing) judge(c *chunk) error {
	for i := range c.items {
		it := &c.items[i]
		if run.cabinet != nil {
			if err := run.judgeCase(it); err != nil {
				return err
			}
			continue
		}
		it.faults = append(it.faults, it.form.Check(run.now)...)
		if len(it.faults) > 0 {
			continue
		}
		var err error
		if it.opening, err = run.line.opening(run.rules, run.values, run.actor, &it.form); err != nil {
			return err
		}
		it.opening.Request = run.request
	}
	return nil
}

// settle opens what a chunk has that is new, and counts.
func (run *importing) settle(ctx context.Context, c *chunk) error {
	if c.err != nil {
		return c.err
	}
	var fresh []*item
	for i := range c.items {
		it := &c.items[i]
		repeated := len(it.faults) == 0 && run.repeated(it)
		switch {
		case repeated:
			run.summary.Duplicates++
		case len(it.faults) > 0:
			if err := run.reject(it); err != nil {
				return err
			}
		default:
			fresh = append(fresh, it)
		}
	}
	open, look := run.receive, run.wouldReceive
	if run.cabinet != nil {
		open, look = run.fileCases, run.wouldFile
	}
	if run.options.Check {
		open = look
	}
	if err := open(ctx, fresh); err != nil {
		return err
	}
	run.summary.Read += len(c.items)
	if run.options.Progress != nil {
		total := run.summary.Read
		if c.fraction > 0 {
			total = int(float64(run.summary.Read) / c.fraction)
		}
		run.options.Progress(run.summary.Read, total)
	}
	return nil
}

// repeated reports whether the file had the row before. The same number with
// another content is a fault of the row: one of the two is wrong, and which one
// only the source can tell.
func (run *importing) repeated(it *item) bool {
	t := &it.opening.Ticket
	key := maphash.String(run.seed, t.SourceNo)
	content := maphash.String(run.seed, ticket.JoinText(t.Title, t.Content))
	before, met := run.seen[key]
	switch {
	case !met:
		run.seen[key] = seenRow{content: content, row: it.row.Number}
	case before.content == content:
		return true
	default:
		message := fmt.Sprintf("工单编号与第 %d 行相同，内容却不同，请核对", before.row)
		if run.cabinet != nil {
			message = caseWords.Replace(message)
		}
		it.faults = append(it.faults, ticket.FieldFault{Field: "source_no", Code: "number_twice", Message: message})
	}
	return false
}

func (run *importing) receive(ctx context.Context, items []*item) error {
	openings := make([]workflow.Opening, len(items))
	for i, it := range items {
		if err := run.line.hold(ctx, &it.opening); err != nil {
			return err
		}
		openings[i] = it.opening
	}
	opened, err := run.line.desk.Receive(ctx, run.now, openings)
	if err != nil {
		return err
	}
	for i, o := range opened {
		result, err := resultOf(o)
		if err != nil {
			return err
		}
		items[i].faults = result.Faults
		if err := run.count(ctx, items[i], result.ID, result.Existing); err != nil {
			return err
		}
	}
	return nil
}

// wouldReceive looks which tickets are there, and changes nothing.
func (run *importing) wouldReceive(ctx context.Context, items []*item) error {
	for _, it := range items {
		_, err := run.line.desk.Store().Find(ctx, it.opening.Ticket.Channel, it.opening.Ticket.SourceNo)
		if err != nil && !errors.Is(err, ticket.ErrNotFound) {
			return err
		}
		if err := run.count(ctx, it, "", err == nil); err != nil {
			return err
		}
	}
	return nil
}

func (run *importing) count(ctx context.Context, it *item, id ticket.ID, existing bool) error {
	switch {
	case len(it.faults) > 0:
		return run.reject(it)
	case existing:
		run.summary.Duplicates++
	case run.cabinet != nil:
		run.summary.Accepted++
	default:
		run.summary.Accepted++
		return run.again(ctx, it, id)
	}
	return nil
}

func (run *importing) reject(it *item) error {
	run.summary.Rejected++
	if len(run.summary.Reasons) < maxReasons {
		run.summary.Reasons = append(run.summary.Reasons, fmt.Sprintf("第 %d 行：%s", it.row.Number, reasons(it.faults)))
	}
	if run.options.Check {
		return nil
	}
	return run.rejects.add(it)
}

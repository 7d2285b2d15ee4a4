package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/classify"
	"huiyin/intake"
	"huiyin/internal/redisd"
	"huiyin/internal/seal"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/archive"
	"huiyin/workflow/cases"
	"huiyin/workflow/versions"
)

// storage is a hold on the store: of --redis, or the embedded one under --data.
type storage struct {
	redis redis.UniversalClient
	close []func() error
}

// openRedis reaches the store and refuses one that would lose tickets.
func (root *cli) openRedis(ctx context.Context, c *console) (_ *storage, err error) {
	s := &storage{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if err := os.MkdirAll(root.Data, 0o700); err != nil {
		return nil, fmt.Errorf("数据目录 %s 建不了，请换一个 --data 或检查权限", root.Data)
	}
	if root.Redis == "" {
		server, err := redisd.Start(ctx, redisd.Options{Dir: root.Data, Log: c.err})
		if err != nil {
			return nil, err
		}
		s.close = append(s.close, server.Close)
		s.redis = server.Client()
	} else {
		client, err := redisd.Connect(root.Redis)
		if err != nil {
			return nil, err
		}
		s.close = append(s.close, client.Close)
		s.redis = client
	}
	return s, examine(ctx, s.redis, c.err)
}

// examine refuses a server that would lose tickets.
func examine(ctx context.Context, client redis.UniversalClient, log io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	warnings, err := redisd.Check(ctx, client)
	for _, w := range warnings {
		fmt.Fprintln(log, "注意：", w)
	}
	return err
}

// Close lets go of the store, last opened first.
func (s *storage) Close() error {
	var errs []error
	for i := len(s.close) - 1; i >= 0; i-- {
		errs = append(errs, s.close[i]())
	}
	s.close = nil
	return errors.Join(errs...)
}

// app is the rooms, wired together over one store.
type app struct {
	*storage
	dictionary classify.Dictionary
	rules      atomic.Pointer[rulebook]
	adopting   sync.Mutex
	store      *workflow.Store
	desk       *workflow.Desk
	keys       *seal.Keys
	line       *intake.Line
	cases      *cases.Cabinet
}

// open wires the rooms.
func (root *cli) open(ctx context.Context, c *console) (_ *app, err error) {
	s, err := root.openRedis(ctx, c)
	if err != nil {
		return nil, err
	}
	a := &app{storage: s, dictionary: root.dictionary()}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	folder, version, err := currentFolder(ctx, root, s)
	if err != nil {
		return nil, err
	}
	book, err := loadRulebook(folder, a.dictionary)
	if err != nil {
		return nil, err
	}
	book.number(version)
	a.rules.Store(book)
	if a.store, err = workflow.OpenStore(ctx, a.redis, workflow.StoreOptions{Archive: archive.In(filepath.Join(root.Data, archiveFolder))}); err != nil {
		return nil, err
	}
	if a.keys, err = seal.Open(filepath.Join(root.Data, "seal.json")); err != nil {
		return nil, err
	}
	if err := sameKeys(ctx, a.store, a.keys, root.Data); err != nil {
		return nil, err
	}
	a.desk = workflow.NewDesk(a.store, book.workflow)
	a.line = intake.NewLine(a.desk, book.classifier, a.keys)
	a.cases = cases.New(a.redis, a.store, a.desk.Policy)
	a.line.UseCases(a.cases)
	a.line.UseMappings(book.mappings)
	return a, nil
}

// sameKeys refuses a key file that is not the one by which the store's personal
// data was sealed: a lost file must not be replaced in silence.
func sameKeys(ctx context.Context, store *workflow.Store, keys *seal.Keys, data string) error {
	if _, err := store.AddDocument(ctx, "seal", []byte(keys.Mark())); err != nil {
		return err
	}
	mark, err := store.Document(ctx, "seal")
	if err != nil {
		return err
	}
	if string(mark) != keys.Mark() {
		return ticket.Refuse(ticket.ErrConflict, "other_keys",
			"密钥文件 %s 不是这个存储原来用的那一份，打不开已有的来电人信息：请把备份的密钥文件放回原处再启动", filepath.Join(data, "seal.json"))
	}
	return nil
}

// book is the policy in force.
func (a *app) book() *rulebook { return a.rules.Load() }

// follow puts every newly published policy in force, until ctx ends.
func (a *app) follow(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(policyPoll)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := a.catchUp(ctx); err != nil && ctx.Err() == nil {
			log.Error("新的政策版本装不上，仍用原来的", "error", err)
		}
	}
}

// catchUp puts the active version in force, if it is not yet.
func (a *app) catchUp(ctx context.Context) error {
	a.adopting.Lock()
	defer a.adopting.Unlock()
	versions := versions.New(a.redis)
	head, err := versions.Head(ctx)
	if err != nil || head == a.book().workflow.Version {
		return err
	}
	return a.adopt(ctx, versions, head)
}

// policyPoll is how soon a published policy is in force on every instance.
const policyPoll = 2 * time.Second

func (a *app) adopt(ctx context.Context, versions *versions.Keeper, version int) error {
	folder, err := versions.Folder(ctx, version)
	if err != nil {
		return err
	}
	book, err := loadRulebook(folder, a.dictionary)
	if err != nil {
		return err
	}
	book.number(version)
	a.rules.Store(book)
	a.desk.UsePolicy(book.workflow)
	a.line.UseClassifier(book.classifier)
	a.line.UseMappings(book.mappings)
	if known := a.line.Twins(); known != nil {
		known.UsePolicy(book.twins)
	}
	return nil
}

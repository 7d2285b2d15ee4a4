package workflow

import (
	"context"
	"errors"

	"huiyin/workflow/refusal"

	"github.com/redis/go-redis/v9"
)

// Documents are small named things beside the tickets: what a month's draw was,
// which reports are made, published policies. The last one written stands.

// PutDocument keeps a document under a name. Errors are *ticket.Refusal.
func (s *Store) PutDocument(ctx context.Context, name string, doc []byte) error {
	return refusal.Of("", s.rdb.Set(ctx, documentKey(name), doc, 0).Err())
}

// AddDocument keeps a document unless there is one of the name; it reports
// whether it was the first.
func (s *Store) AddDocument(ctx context.Context, name string, doc []byte) (first bool, err error) {
	first, err = s.rdb.SetNX(ctx, documentKey(name), doc, 0).Result()
	return first, refusal.Of("", err)
}

// Document gives a document, nil when there is none of the name.
func (s *Store) Document(ctx context.Context, name string) ([]byte, error) {
	doc, err := s.rdb.Get(ctx, documentKey(name)).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	return doc, refusal.Of("", err)
}

package web

import "context"

// shelf is met by a store that keeps small documents.
type shelf interface {
	Document(ctx context.Context, name string) ([]byte, error)
	PutDocument(ctx context.Context, name string, doc []byte) error
}

// Document is a document of the store below: what was read of a month's texts
// is kept there. It is nil without such a store.
func (b Books) Document(ctx context.Context, name string) ([]byte, error) {
	if store, ok := b.Source.(shelf); ok {
		return store.Document(ctx, name)
	}
	return nil, nil
}

// PutDocument keeps a document in the store below, if it keeps any.
func (b Books) PutDocument(ctx context.Context, name string, doc []byte) error {
	if store, ok := b.Source.(shelf); ok {
		return store.PutDocument(ctx, name, doc)
	}
	return nil
}

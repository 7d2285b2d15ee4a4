package web

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/redis/go-redis/v9"

	"huiyin/intake"
	"huiyin/ticket"
)

// keyColumns is a hash: source -> what people said of single columns of its
// tables, by header. The next table of the source is read in the same way.
const keyColumns = "{people}:columns"

// columnsMost bounds how many headers are remembered of a source.
const columnsMost = 500

// knownColumns are the columns that people have said of a source.
func (s *Server) knownColumns(ctx context.Context, source ticket.Channel) (map[string]string, error) {
	doc, err := s.Redis.HGet(ctx, keyColumns, string(source)).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	if err != nil {
		return nil, storeDown(err)
	}
	var known map[string]string
	if err := json.Unmarshal(doc, &known); err != nil {
		return nil, nil //nolint:nilerr // as if nothing had been said; the next import says it anew
	}
	maps.DeleteFunc(known, func(_, field string) bool {
		return field != "" && !slices.ContainsFunc(intake.FieldNames, func(f intake.FieldName) bool { return f.Name == field })
	})
	return known, nil
}

// learnColumns keeps what somebody said of the columns of a table that was then
// imported.
func (s *Server) learnColumns(ctx context.Context, i *sheetImport) error {
	if len(i.columns) == 0 {
		return nil
	}
	known, err := s.knownColumns(ctx, i.channel)
	if err != nil {
		return err
	}
	if known == nil {
		known = map[string]string{}
	}
	maps.Copy(known, i.columns)
	if len(known) > columnsMost {
		known = i.columns
	}
	doc, err := json.Marshal(known)
	if err != nil {
		return err
	}
	return storeDown(s.Redis.HSet(ctx, keyColumns, string(i.channel), doc).Err())
}

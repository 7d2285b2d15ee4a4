package workflow

import (
	"context"
	"errors"
	"time"

	"huiyin/workflow/record"

	"github.com/redis/go-redis/v9"
)

// Watch tells what happens from now on, until the context ends; then the
// channel is closed. A reader that is slow, or a server that was away, may miss
// changes: they are a reason to look again, never the record.
func (s *Store) Watch(ctx context.Context) <-chan record.Change {
	changes := make(chan record.Change, 64)
	groups := [][]int{make([]int, s.partitions)}
	for p := range s.partitions {
		groups[0][p] = p
	}
	if _, ok := s.rdb.(*redis.ClusterClient); ok {
		groups = nil // one command reads one slot
		for p := range s.partitions {
			groups = append(groups, []int{p})
		}
	}
	done := make(chan struct{}, len(groups))
	for _, g := range groups {
		from, err := s.ends(ctx, g)
		if err != nil {
			from = nil // the server is away: followed from when it is back
		}
		go func() {
			s.follow(ctx, g, from, changes)
			done <- struct{}{}
		}()
	}
	go func() {
		for range groups {
			<-done
		}
		close(changes)
	}()
	return changes
}

// ends are the last entries of the streams of some partitions: to wait for what
// comes after "now" would miss what comes between two readings.
func (s *Store) ends(ctx context.Context, partitions []int) (map[string]string, error) {
	pipe := s.rdb.Pipeline()
	last := make([]*redis.XMessageSliceCmd, len(partitions))
	for i, p := range partitions {
		last[i] = pipe.XRevRangeN(ctx, streamKey(p), "+", "-", 1)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, err
	}
	ends := map[string]string{}
	for i, p := range partitions {
		ends[streamKey(p)] = streamStart
		if messages := last[i].Val(); len(messages) > 0 {
			ends[streamKey(p)] = messages[0].ID
		}
	}
	return ends, nil
}

// follow reads the streams of some partitions until the context ends.
func (s *Store) follow(ctx context.Context, partitions []int, from map[string]string, changes chan<- record.Change) {
	for ctx.Err() == nil {
		if from == nil {
			var err error
			if from, err = s.ends(ctx, partitions); err != nil {
				pause(ctx, time.Second)
				continue
			}
		}
		args := &redis.XReadArgs{Block: 5 * time.Second, Count: 256}
		for _, p := range partitions {
			args.Streams = append(args.Streams, streamKey(p))
		}
		for _, p := range partitions {
			args.Streams = append(args.Streams, from[streamKey(p)])
		}
		streams, err := s.rdb.XRead(ctx, args).Result()
		if err != nil && !errors.Is(err, redis.Nil) {
			pause(ctx, time.Second)
			continue
		}
		for _, stream := range streams {
			for _, m := range stream.Messages {
				from[stream.Stream] = m.ID
				raw, _ := m.Values["c"].(string)
				c, err := record.UnpackChange([]byte(raw))
				if err != nil {
					continue
				}
				select {
				case changes <- c:
				case <-ctx.Done():
					return
				}
			}
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

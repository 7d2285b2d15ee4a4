package workflow

import (
	"huiyin/ticket"
)

// What the outbox needs of the store's layout. Its keys lie beside the tickets
// of a partition and are no index of the store.

const outboxMark = "ob"

// OutboxKey is a key of the outbox in a partition.
func OutboxKey(p int, name string) string { return tag(p) + ":" + outboxMark + ":" + name }

// PendingKey is a hash: ticket -> its first step that the outbox has not looked
// at. The script that appends a step writes it, and only the outbox takes away.
func PendingKey(p int) string { return OutboxKey(p, "p") }

// TicketKey is the hash of a ticket; its field VersionField is the version.
func (s *Store) TicketKey(id ticket.ID) string { return ticketKey(s.partition(id), id) }

// Partitions is the number of partitions.
func (s *Store) Partitions() int { return s.partitions }

// PartitionOf is the partition of a ticket.
func (s *Store) PartitionOf(id ticket.ID) int { return s.partition(id) }

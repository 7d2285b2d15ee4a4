#!lua
-- Appends events to a ticket's history, if nobody was faster, and moves the
-- ticket in its indexes. Compares and sets; what the step means is Go's affair.
--
-- KEYS[1]   ticket, hash
-- KEYS[2]   facts of the ticket's month, string
-- KEYS[3]   stream of what happened
-- KEYS[4]   first step that the outbox has not looked at, by ticket, hash
-- KEYS[5…]  sorted sets that the ticket leaves, then those that it enters or in
--           which its score changes
-- ARGV[1]   expected version
-- ARGV[2]   head of the hash chain after the step
-- ARGV[3]   number of sorted sets that it leaves
-- ARGV[4]   ticket ID, the member of the sets
-- ARGV[5]   offset of its record in the facts
-- ARGV[6]   record
-- ARGV[7]   longest length of the stream, roughly
-- ARGV[8]   entry for the stream
-- ARGV[9]   number of fields that go
-- ARGV[10…] those fields, then its score in each set that it enters, then fields
--           and values to set
-- Returns   1 when done, also when this very call was done before
-- Errors    MISSING ticket; CONFLICT and the current version
local version = redis.call('HGET', KEYS[1], 'v')
if not version then
  return redis.error_reply('MISSING ticket')
end
if version ~= ARGV[1] then
  -- The client repeats a call whose answer was lost: the chain ends as it says.
  if redis.call('HGET', KEYS[1], 'h') == ARGV[2] then
    return 1
  end
  return redis.error_reply('CONFLICT ' .. version)
end
-- A key of another type would fail after the first write: ask before. What is
-- written first says so itself.
redis.call('XLEN', KEYS[3])
redis.call('HLEN', KEYS[4])
for i = 5, #KEYS do
  redis.call('ZCARD', KEYS[i])
end

local leave = 4 + tonumber(ARGV[3])
local gone = tonumber(ARGV[9])
local scores = 9 + gone - leave
redis.call('SETRANGE', KEYS[2], ARGV[5], ARGV[6])
for i = 5, leave do
  redis.call('ZREM', KEYS[i], ARGV[4])
end
for i = leave + 1, #KEYS do
  redis.call('ZADD', KEYS[i], ARGV[scores + i], ARGV[4])
end
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[7], '*', 'c', ARGV[8])
redis.call('HSETNX', KEYS[4], ARGV[4], tonumber(ARGV[1]) + 1)
if gone > 0 then
  redis.call('HDEL', KEYS[1], unpack(ARGV, 10, 9 + gone))
end
redis.call('HSET', KEYS[1], unpack(ARGV, scores + #KEYS + 1))
return 1

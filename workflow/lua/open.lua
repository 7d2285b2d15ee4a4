#!lua
-- Opens a ticket with its first events, if its ID is free.
--
-- KEYS[1]  ticket, hash
-- KEYS[2]  counter of the tickets received in the month
-- KEYS[3]  facts of the month, string
-- KEYS[4]  stream of what happened
-- KEYS[5]  first step that the outbox has not looked at, by ticket, hash
-- KEYS[6…] sorted sets that the ticket is in
-- ARGV[1]  ticket ID, the member of the sets
-- ARGV[2]  record for the facts
-- ARGV[3]  longest length of the stream, roughly
-- ARGV[4]  entry for the stream
-- ARGV[5…] its score in each set, then fields and values of the ticket; the first
--          pair is channel and source number, the second the head of the hash chain
-- Returns  1 when opened, also when this very call was done before;
--          0 when the same source number was there already
-- Errors   OTHER source: the ID belongs to another source number
local fields = #KEYS
local source = redis.call('HGET', KEYS[1], ARGV[fields])
if source then
  if source ~= ARGV[fields + 1] then
    return redis.error_reply('OTHER source')
  end
  if redis.call('HGET', KEYS[1], ARGV[fields + 2]) == ARGV[fields + 3] then
    return 1
  end
  return 0
end
-- A key of another type would fail after the first write: ask before.
local ordinal = tonumber(redis.call('GET', KEYS[2]) or 0)
redis.call('STRLEN', KEYS[3])
redis.call('XLEN', KEYS[4])
redis.call('HLEN', KEYS[5])
for i = 6, #KEYS do
  redis.call('ZCARD', KEYS[i])
end

redis.call('INCR', KEYS[2])
redis.call('SETRANGE', KEYS[3], ordinal * #ARGV[2], ARGV[2])
for i = 6, #KEYS do
  redis.call('ZADD', KEYS[i], ARGV[i - 1], ARGV[1])
end
redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[3], '*', 'c', ARGV[4])
redis.call('HSETNX', KEYS[5], ARGV[1], 1)
redis.call('HSET', KEYS[1], 'n', ordinal, unpack(ARGV, fields))
return 1

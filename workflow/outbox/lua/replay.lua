#!lua
-- Puts a dead message, and what waits behind it, back into the queue.
--
-- KEYS[1]  queue, sorted set
-- KEYS[2]  attempts by ticket, hash
-- KEYS[3]  dead ones, sorted set
-- ARGV[1]  ticket ID
-- ARGV[2]  now, ms
-- Returns  1; 0 when it is not dead
if not redis.call('ZSCORE', KEYS[3], ARGV[1]) then
  return 0
end
redis.call('ZCARD', KEYS[1])
redis.call('HLEN', KEYS[2])

redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
return 1

#!lua
-- Tells of something beside the tickets, once.
--
-- KEYS[1]   bodies of messages by subject, hash
-- KEYS[2]   receivers, set
-- KEYS[3…]  a message: queue and lane; then a notice: mailbox
-- ARGV[1]   subject
-- ARGV[2]   body
-- ARGV[3]   number of messages
-- ARGV[4]   what is older goes from the mailboxes, ms
-- ARGV[5]   notices that a mailbox keeps
-- ARGV[6]   member of the mailboxes
-- ARGV[7]   since when it shows, ms
-- ARGV[8…]  a message: receiver, entry, not before (ms)
-- Returns   1; 0 when it was told before
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then
  return 0
end
local messages = tonumber(ARGV[3])
-- A key of another type would fail after the first write: ask before.
redis.call('SCARD', KEYS[2])
for i = 1, messages do
  redis.call('ZCARD', KEYS[1 + 2 * i])
  redis.call('LLEN', KEYS[2 + 2 * i])
end
for i = 3 + 2 * messages, #KEYS do
  redis.call('ZCARD', KEYS[i])
end

redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
for i = 1, messages do
  local arg = 5 + 3 * i
  redis.call('SADD', KEYS[2], ARGV[arg])
  if redis.call('RPUSH', KEYS[2 + 2 * i], ARGV[arg + 1]) == 1 then
    redis.call('ZADD', KEYS[1 + 2 * i], ARGV[arg + 2], ARGV[1])
  end
end
for i = 3 + 2 * messages, #KEYS do
  redis.call('ZADD', KEYS[i], ARGV[7], ARGV[6])
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', '(' .. ARGV[4])
  redis.call('ZREMRANGEBYRANK', KEYS[i], 0, -tonumber(ARGV[5]) - 1)
end
return 1

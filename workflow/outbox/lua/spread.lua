#!lua
-- Turns the untold steps of a ticket into messages and notices, once.
--
-- KEYS[1]   first untold step by ticket, hash
-- KEYS[2]   ticket, hash
-- KEYS[3]   receivers, set
-- KEYS[4…]  a message: queue and lane; then a notice, or one to withdraw: mailbox
-- ARGV[1]   ticket ID
-- ARGV[2]   its first untold step, as it was read
-- ARGV[3]   the step after the last that was looked at
-- ARGV[4]   number of messages
-- ARGV[5]   number of notices
-- ARGV[6]   what is older goes from the mailboxes, ms
-- ARGV[7]   notices that a mailbox keeps
-- ARGV[8…]  a message: receiver, entry, not before (ms); a notice: member,
--           time (ms); one to withdraw: member
-- Returns   1; 0 when another was faster, or this very call was done before
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then
  return 0
end
local messages, notices = tonumber(ARGV[4]), tonumber(ARGV[5])
-- A key of another type would fail after the first write: ask before.
local version = tonumber(redis.call('HGET', KEYS[2], 'v') or 0)
redis.call('SCARD', KEYS[3])
for i = 1, messages do
  redis.call('ZCARD', KEYS[2 + 2 * i])
  redis.call('LLEN', KEYS[3 + 2 * i])
end
for i = 4 + 2 * messages, #KEYS do
  redis.call('ZCARD', KEYS[i])
end

local arg = 8
for i = 1, messages do
  local queue, lane = KEYS[2 + 2 * i], KEYS[3 + 2 * i]
  redis.call('SADD', KEYS[3], ARGV[arg])
  if redis.call('RPUSH', lane, ARGV[arg + 1]) == 1 then
    redis.call('ZADD', queue, ARGV[arg + 2], ARGV[1])
  end
  arg = arg + 3
end
local key = 4 + 2 * messages
for i = 1, notices do
  redis.call('ZADD', KEYS[key], ARGV[arg + 1], ARGV[arg])
  redis.call('ZREMRANGEBYSCORE', KEYS[key], '-inf', '(' .. ARGV[6])
  redis.call('ZREMRANGEBYRANK', KEYS[key], 0, -tonumber(ARGV[7]) - 1)
  key, arg = key + 1, arg + 2
end
for i = key, #KEYS do
  redis.call('ZREM', KEYS[i], ARGV[arg])
  arg = arg + 1
end
if version >= tonumber(ARGV[3]) then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
else
  redis.call('HDEL', KEYS[1], ARGV[1])
end
return 1

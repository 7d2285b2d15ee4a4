#!lua
-- Takes lanes whose first message is due; until the claim ends nobody else does.
--
-- KEYS[1]  queue, sorted set
-- ARGV[1]  now, ms
-- ARGV[2]  end of the claim, ms
-- ARGV[3]  how many at most
-- Returns  tickets
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, id in ipairs(due) do
  redis.call('ZADD', KEYS[1], ARGV[2], id)
end
return due

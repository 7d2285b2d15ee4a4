#!lua
-- Records what became of the first message of a lane.
--
-- KEYS[1]  queue, sorted set
-- KEYS[2]  lane, list
-- KEYS[3]  attempts by ticket, hash
-- KEYS[4]  dead ones, sorted set
-- ARGV[1]  ticket ID
-- ARGV[2]  entry, the first of the lane
-- ARGV[3]  end of the claim under which it was tried, ms
-- ARGV[4]  sent, retry, dead, or dropped: a dead one that a person gave up
-- ARGV[5]  when to try again, or when it died, ms
-- ARGV[6]  record of the attempts
-- Returns  1; 0 when it was settled before, or somebody else tries it now
if redis.call('LINDEX', KEYS[2], 0) ~= ARGV[2] then
  return 0
end
local claim = redis.call('ZSCORE', KEYS[1], ARGV[1])
local dead = redis.call('ZSCORE', KEYS[4], ARGV[1])
redis.call('HLEN', KEYS[3])
if ARGV[4] == 'dropped' and not dead then
  return 0
end
if (ARGV[4] == 'retry' or ARGV[4] == 'dead') and (not claim or tonumber(claim) ~= tonumber(ARGV[3])) then
  return 0
end

if ARGV[4] == 'sent' or ARGV[4] == 'dropped' then
  redis.call('LPOP', KEYS[2])
  redis.call('HDEL', KEYS[3], ARGV[1])
  redis.call('ZREM', KEYS[4], ARGV[1])
  local next = redis.call('LINDEX', KEYS[2], 0)
  if next then
    redis.call('ZADD', KEYS[1], string.match(next, ':(%d+)$'), ARGV[1])
  else
    redis.call('ZREM', KEYS[1], ARGV[1])
  end
  return 1
end
redis.call('HSET', KEYS[3], ARGV[1], ARGV[6])
if ARGV[4] == 'dead' then
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('ZADD', KEYS[4], ARGV[5], ARGV[1])
else
  redis.call('ZADD', KEYS[1], ARGV[5], ARGV[1])
end
return 1

#!lua
-- Takes an occurrence of a job that has not been done.
-- KEYS: lease, epoch, record of the occurrence.
-- ARGV: now in ms, time to live of the lease in ms, of the record in ms, holder,
-- id of the request: one that is sent again after a lost answer is given the same answer.
-- Returns {token, tries}, or {0, 'done'}, {0, 'held'}, {0, 'later', when in ms}.
local record = redis.call('HMGET', KEYS[3], 'state', 'retry', 'request', 'tries')
if record[1] == 'done' then
  return {0, 'done'}
end
local held = redis.call('GET', KEYS[1])
if held and record[3] == ARGV[5] then
  return {tonumber(held), tonumber(record[4])}
end
if held then
  return {0, 'held'}
end
if record[2] and tonumber(record[2]) > tonumber(ARGV[1]) then
  return {0, 'later', record[2]}
end
local token = redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], token, 'PX', ARGV[2])
redis.call('HSET', KEYS[3], 'state', 'running', 'since', ARGV[1], 'holder', ARGV[4], 'request', ARGV[5])
redis.call('PEXPIRE', KEYS[3], ARGV[3])
return {token, redis.call('HINCRBY', KEYS[3], 'tries', 1)}

#!lua
-- Appends an event to a matter's history, if nobody was faster, with the files
-- that belong to it and the number that it takes. Compares and sets; what the
-- step means is Go's affair.
--
-- KEYS[1]  matter, hash: v version, h head of the hash chain, e1… events
-- KEYS[2]  matters by the time at which they began, sorted set
-- KEYS[3]  files of the matter, hash
-- KEYS[4]  counter of numbers, hash: year -> last
-- ARGV[1]  expected version, 0 to open the matter
-- ARGV[2]  head of the hash chain after the step
-- ARGV[3]  event
-- ARGV[4]  ID of the matter, the member of the set
-- ARGV[5]  score in the set
-- ARGV[6]  year of the number that the step takes, empty for none
-- ARGV[7]  the number
-- ARGV[8…] names and bytes of files
-- Returns  1 when done, also when this very call was done before
-- Errors   CONFLICT and the current version; TAKEN number
local version = redis.call('HGET', KEYS[1], 'v') or '0'
if version ~= ARGV[1] then
  -- The client repeats a call whose answer was lost: the chain ends as it says.
  if redis.call('HGET', KEYS[1], 'h') == ARGV[2] then
    return 1
  end
  return redis.error_reply('CONFLICT ' .. version)
end
if ARGV[6] ~= '' and tonumber(redis.call('HGET', KEYS[4], ARGV[6]) or '0') + 1 ~= tonumber(ARGV[7]) then
  return redis.error_reply('TAKEN number')
end
-- A key of another type would fail after the first write: ask before.
redis.call('ZCARD', KEYS[2])
redis.call('HLEN', KEYS[3])
redis.call('HLEN', KEYS[4])

local next = tonumber(version) + 1
redis.call('HSET', KEYS[1], 'v', next, 'h', ARGV[2], 'e' .. next, ARGV[3])
if version == '0' then
  redis.call('ZADD', KEYS[2], ARGV[5], ARGV[4])
end
if ARGV[6] ~= '' then
  redis.call('HSET', KEYS[4], ARGV[6], ARGV[7])
end
if #ARGV > 7 then
  redis.call('HSET', KEYS[3], unpack(ARGV, 8))
end
return 1

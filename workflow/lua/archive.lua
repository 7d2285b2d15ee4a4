#!lua
-- Lets the store forget what the archive now keeps of a finished ticket, if it
-- is still as it was archived.
--
-- KEYS[1]  ticket, hash
-- ARGV[1]  version that was archived
-- ARGV[2]  where it lies
-- Returns  1 when done, also when this very call was done before;
--          0 when the ticket moved on or is open
-- Errors   none
if redis.call('HGET', KEYS[1], 'v') ~= ARGV[1] then
  return 0
end
if redis.call('HGET', KEYS[1], 'a') == ARGV[2] then
  return 1
end
if redis.call('HEXISTS', KEYS[1], 'z') == 0 then
  return 0
end
redis.call('HDEL', KEYS[1], 'z', 's')
redis.call('HSET', KEYS[1], 'a', ARGV[2])
return 1

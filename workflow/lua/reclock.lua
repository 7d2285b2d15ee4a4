#!lua
-- Replaces what was computed of a ticket, its progress, due time and facts,
-- when the policy that computed it has changed. The history stays as it is.
--
-- KEYS[1]  ticket, hash
-- KEYS[2]  facts of the ticket's month, string
-- KEYS[3…] sorted sets that the ticket is in
-- ARGV[1]  expected version
-- ARGV[2]  ticket ID, the member of the sets
-- ARGV[3]  offset of its record in the facts
-- ARGV[4]  record
-- ARGV[5]  field that holds the progress
-- ARGV[6]  progress
-- ARGV[7…] score in each of the sets
-- Returns  1 when done
-- Errors   MISSING ticket; CONFLICT and the current version
local version = redis.call('HGET', KEYS[1], 'v')
if not version then
  return redis.error_reply('MISSING ticket')
end
if version ~= ARGV[1] then
  return redis.error_reply('CONFLICT ' .. version)
end
redis.call('STRLEN', KEYS[2])
for i = 3, #KEYS do
  redis.call('ZCARD', KEYS[i])
end

for i = 3, #KEYS do
  redis.call('ZADD', KEYS[i], ARGV[i + 4], ARGV[2])
end
redis.call('SETRANGE', KEYS[2], ARGV[3], ARGV[4])
redis.call('HSET', KEYS[1], ARGV[5], ARGV[6])
return 1

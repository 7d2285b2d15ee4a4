#!lua
-- Adds a version of the policy folder and makes it the active one.
-- KEYS[1] {policy}:head      number of the active version, absent before the first
-- KEYS[2] {policy}:folders   hash: version -> zip of the folder
-- KEYS[3] {policy}:log       list: one JSON record a version
-- ARGV[1] the version that the publisher started from
-- ARGV[2] the new version's number
-- ARGV[3] zip   ARGV[4] record
-- Returns the new version. Errors: STALE version <head> when another was
-- published in between.
local head = redis.call('GET', KEYS[1]) or '0'
if head == ARGV[2] and redis.call('HGET', KEYS[2], ARGV[2]) == ARGV[3] then
  return tonumber(ARGV[2]) -- asked again after a lost answer
end
if head ~= ARGV[1] then
  return redis.error_reply('STALE version ' .. head)
end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
redis.call('RPUSH', KEYS[3], ARGV[4])
redis.call('SET', KEYS[1], ARGV[2])
return tonumber(ARGV[2])

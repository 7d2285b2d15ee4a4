#!lua
-- Gives words a number for life, from 1; a word that has one keeps it.
--
-- KEYS[1]  numbers by word, hash
-- ARGV[1]  greatest number
-- ARGV[2…] words, none twice
-- Returns  their numbers
-- Errors   FULL codes: no number is left
local known = redis.call('HMGET', KEYS[1], unpack(ARGV, 2))
local next = redis.call('HLEN', KEYS[1])
local fresh = {}
for i = 1, #known do
  if not known[i] then
    next = next + 1
    known[i] = next
    fresh[#fresh + 1] = ARGV[i + 1]
    fresh[#fresh + 1] = next
  end
end
if next > tonumber(ARGV[1]) then
  return redis.error_reply('FULL codes')
end

if #fresh > 0 then
  redis.call('HSET', KEYS[1], unpack(fresh))
end
return known

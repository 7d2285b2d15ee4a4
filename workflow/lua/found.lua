#!lua
-- Founds the store, or tells how it was founded: what is fixed for the life of
-- the data is set once.
--
-- KEYS[1]  what is fixed, hash
-- ARGV     fields and values
-- Returns  fields and values as they are
-- Errors   none
for i = 1, #ARGV, 2 do
  redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1])
end
return redis.call('HGETALL', KEYS[1])

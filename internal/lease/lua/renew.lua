#!lua
-- Holds a lease for longer. KEYS: lease, epoch. ARGV: token, time to live in ms.
-- A lease that ran out may be taken again only by the last who had it.
local held = redis.call('GET', KEYS[1]) or redis.call('GET', KEYS[2])
if held ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1

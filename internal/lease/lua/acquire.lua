#!lua
-- Takes a lease when it is free. KEYS: lease, epoch. ARGV: time to live in ms.
-- Returns the fencing token, 0 when another holds it.
if redis.call('EXISTS', KEYS[1]) == 1 then
  return 0
end
local token = redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], token, 'PX', ARGV[1])
return token

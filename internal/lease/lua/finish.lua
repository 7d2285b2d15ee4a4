#!lua
-- Records how an occurrence ended and lets go of it.
-- KEYS: lease, record. ARGV: token, state, next try in ms (0: none), time to live of the record in ms.
-- Refused while another holds it. When the lease ran out and nobody took it,
-- the work is done all the same and the record says so.
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then
  return 0
end
if redis.call('HGET', KEYS[2], 'state') ~= 'done' then
  redis.call('HSET', KEYS[2], 'state', ARGV[2], 'retry', ARGV[3])
  redis.call('PEXPIRE', KEYS[2], ARGV[4])
end
if held then
  redis.call('DEL', KEYS[1])
end
return 1

#!lua
-- Notes what became of a proposal, unless that was decided for good before.
-- KEYS[1] {policy}:decisions  hash: proposal -> decision, as JSON
-- ARGV[1] the proposal
-- ARGV[2] the decision
-- Returns the decision that stands.
local stands = redis.call('HGET', KEYS[1], ARGV[1])
if stands and cjson.decode(stands).outcome ~= 'drafted' then
  return stands
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return ARGV[2]

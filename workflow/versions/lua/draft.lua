#!lua
-- Writes an edited copy of the policy folder, unless it was changed elsewhere.
-- KEYS[1] {policy}:draft:<login>  hash: base, rev, at, and file:<name> -> text
-- ARGV[1] the revision that the writer saw, 0 for a new copy
-- ARGV[2] 1 to drop the files that were there
-- ARGV[3…] field, value, …
-- Returns the new revision. Errors: STALE revision <rev>.
local rev = redis.call('HGET', KEYS[1], 'rev') or '0'
if rev ~= ARGV[1] then
  return redis.error_reply('STALE revision ' .. rev)
end
if ARGV[2] == '1' then
  redis.call('DEL', KEYS[1])
end
for i = 3, #ARGV, 2 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
redis.call('HSET', KEYS[1], 'rev', tonumber(rev) + 1)
return tonumber(rev) + 1

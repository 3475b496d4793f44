// One hash for each key: p fingerprint, f fence, a attempt, l end of the lease (ms), o outcome. The hash expires with
// the record.
// Redis converts Lua numbers to integers in replies, and would write large ones in floating point, hence string.format.
const NOW = `local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000)`;

/**
 * ARGV: fence, fingerprint, lease, keep, takeOver (0 or 1). Replies {0, attempt}, {1, fingerprint, attempt, left} or
 * {2, fingerprint, outcome}.
 */
export const ACQUIRE: string = `${NOW}
local r = redis.call('HMGET', KEYS[1], 'p', 'f', 'a', 'l', 'o')
if r[5] then return {2, r[1], r[5]} end
local attempt = 1
if r[1] then
  if r[2] == ARGV[1] then attempt = tonumber(r[3])
  elseif ARGV[5] == '1' and tonumber(r[4]) <= now and r[1] == ARGV[2] then attempt = tonumber(r[3]) + 1
  else return {1, r[1], tonumber(r[3]), r[4] - now} end
end
redis.call('HSET', KEYS[1], 'p', ARGV[2], 'f', ARGV[1], 'a', attempt, 'l', string.format('%.0f', now + ARGV[3]))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {0, attempt}`;

const OWNED = `local r = redis.call('HMGET', KEYS[1], 'f', 'o')
if r[1] ~= ARGV[1] or r[2] then return 0 end`;

/** ARGV: fence, lease. A record outlives its lease, however long the handler takes. */
export const EXTEND: string = `${NOW}
${OWNED}
redis.call('HSET', KEYS[1], 'l', string.format('%.0f', now + ARGV[2]))
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1`;

/** ARGV: fence, outcome, keep. */
export const COMPLETE: string = `${OWNED}
redis.call('HSET', KEYS[1], 'o', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;

/** ARGV: fence. */
export const RELEASE: string = `${OWNED}
redis.call('DEL', KEYS[1])
return 1`;

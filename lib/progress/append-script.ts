import type { Script } from '../cache/cache.ts';

/**
 * One call appends a whole batch to a run's stream. Everything that must be true of the stream is decided here, where it is
 * atomic, because tasks overlap, are retried and are killed:
 * - a batch of an older epoch, one after the terminal event, and one that was already appended are refused;
 * - `seq` has no gap; the stream begins with RUN_STARTED and STATE_SNAPSHOT;
 * - nothing is opened twice, nothing closed that isn't open: what would break that (a late attempt, a repeat) is left out;
 * - counters and open steps are kept, and told as one STATE_DELTA;
 * - the terminal operation closes every open step and tool call, ends the stream, and does nothing the second time.
 *
 * KEYS  state (hash), events (stream, ids are `seq-0`), watchers (hash of subscriptions)
 * ARGV  JSON: see appendInput in operations.ts
 * Fields of state: stream, seq, at (time of the newest), epoch, done (outcome), end and start (their events), plan, expected (when it
 * may end), agents (how many are shown), `n:<count>`, `a:<agent/item>` newest attempt, `s:<stepName>` open step (its agents entry, '' when there was
 * no room), `t:<toolCallId>` open call, `w:<writer>` its last batch.
 * Returns [status, stream, first seq, [event JSON], [watcher, its value, ...]]; the events only if someone watches.
 */
export const appendScript: Script = {
  name: 'progressappend',
  keys: 3,
  lua: `
local stateKey, eventsKey, watchersKey = KEYS[1], KEYS[2], KEYS[3]
local input = cjson.decode(ARGV[1])
local held = redis.call('HMGET', stateKey, 'stream', 'seq', 'epoch', 'done', 'w:' .. input.writer, 'agents')
local stream, seq, epoch, done = held[1], tonumber(held[2]) or 0, tonumber(held[3]), held[4]
local openAgents = tonumber(held[6]) or 0

if done then return {'done'} end
if epoch and input.epoch < epoch and not input.terminal then return {'stale'} end
if tonumber(held[5]) and input.batch <= tonumber(held[5]) then return {'duplicate'} end
redis.call('HSET', stateKey, 'w:' .. input.writer, input.batch)
if not epoch or input.epoch > epoch then redis.call('HSET', stateKey, 'epoch', input.epoch) end

local first = seq + 1
local out = {}
local function append(json)
  seq = seq + 1
  redis.call('XADD', eventsKey, 'MAXLEN', '~', input.cap, seq .. '-0', 't', input.now, 'e', json)
  out[#out + 1] = json
end

local text = cjson.encode
local patches, patchBytes = {}, 0
local function flushPatches()
  if #patches == 0 then return end
  append('{"type":"STATE_DELTA","delta":[' .. table.concat(patches, ',') .. ']}')
  patches, patchBytes = {}, 0
end
local function patch(op, path, json)
  local value = json and (',"value":' .. json) or ''
  local line = '{"op":"' .. op .. '","path":' .. text(path) .. value .. '}'
  if patchBytes + #line > 16000 then flushPatches() end
  patches[#patches + 1] = line
  patchBytes = patchBytes + #line
end
local function agentPath(step)
  return '/agents/' .. (step:gsub('~', '~0'):gsub('/', '~1'))
end

if not stream then
  -- New, or Redis lost the old one: what is left of that must not be continued.
  stream, seq, first = input.stream, 0, 1
  redis.call('DEL', eventsKey)
  redis.call('HSET', stateKey, 'stream', stream, 'start', input.start)
  append(input.start)
  append(input.snapshot)
end

local function closeCall(id, call, content)
  if call.phase == 'args' then append('{"type":"TOOL_CALL_END","toolCallId":' .. text(id) .. '}') end
  append('{"type":"TOOL_CALL_RESULT","messageId":' .. text(id .. ':result') .. ',"toolCallId":' .. text(id)
    .. ',"content":' .. text(content) .. '}')
  redis.call('HDEL', stateKey, 't:' .. id)
end
local abandoned = '{"status":"abandoned"}'
local function closeCalls(step)
  local all = redis.call('HGETALL', stateKey)
  for i = 1, #all, 2 do
    if all[i]:sub(1, 2) == 't:' then
      local call = cjson.decode(all[i + 1])
      if step == nil or call.step == step then closeCall(all[i]:sub(3), call, abandoned) end
    end
  end
end
local function closeStep(step)
  local shown = redis.call('HGET', stateKey, 's:' .. step)
  if not shown then return end
  closeCalls(step)
  append('{"type":"STEP_FINISHED","stepName":' .. text(step) .. '}')
  redis.call('HDEL', stateKey, 's:' .. step)
  if shown ~= '' then
    openAgents = openAgents - 1
    patch('remove', agentPath(step))
  end
end
local function superseded(base, attempt)
  local newest = tonumber(redis.call('HGET', stateKey, 'a:' .. base) or nil)
  return newest and newest > attempt, newest
end

local apply = {}
function apply.open() end
function apply.step(op)
  local late, newest = superseded(op.base, op.attempt)
  if late or newest == op.attempt then return end
  if newest then closeStep(op.base .. '#' .. newest) end
  redis.call('HSET', stateKey, 'a:' .. op.base, op.attempt)
  append(op.json)
  if openAgents < input.maxAgents then
    openAgents = openAgents + 1
    redis.call('HSET', stateKey, 's:' .. op.step, op.agent)
    patch('add', agentPath(op.step), op.agent)
  else
    redis.call('HSET', stateKey, 's:' .. op.step, '')
  end
end
function apply.finish(op) closeStep(op.step) end
function apply.call(op)
  if redis.call('HEXISTS', stateKey, 't:' .. op.id) == 1 then return end
  if op.base and superseded(op.base, op.attempt) then return end
  append(op.json)
  redis.call('HSET', stateKey, 't:' .. op.id, text({ phase = 'args', step = op.step, start = op.json }))
end
function apply.args(op)
  local call = redis.call('HGET', stateKey, 't:' .. op.id)
  if call and cjson.decode(call).phase == 'args' then append(op.json) end
end
apply['end'] = function(op)
  local call = redis.call('HGET', stateKey, 't:' .. op.id)
  if not call then return end
  call = cjson.decode(call)
  if call.phase ~= 'args' then return end
  call.phase = 'pending'
  append(op.json)
  redis.call('HSET', stateKey, 't:' .. op.id, text(call))
end
function apply.result(op)
  local call = redis.call('HGET', stateKey, 't:' .. op.id)
  if call then closeCall(op.id, cjson.decode(call), op.content) end
end
function apply.plain(op) append(op.json) end
local counted, expected = {}, nil
function apply.state(op)
  for _, change in ipairs(op.counts) do
    local name, how, value = change[1], change[2], change[3]
    if how == 'add' then
      counted[name] = redis.call('HINCRBY', stateKey, 'n:' .. name, value)
    else
      redis.call('HSET', stateKey, 'n:' .. name, value)
      counted[name] = value
    end
  end
  if op.plan then
    redis.call('HSET', stateKey, 'plan', op.plan)
    patch('replace', '/plan', op.plan)
  end
  expected = op.expected or expected
end

for _, op in ipairs(input.ops) do apply[op.kind](op) end
for name, value in pairs(counted) do patch('replace', '/counts/' .. name, string.format('%.0f', value)) end
if expected and not input.terminal then
  redis.call('HSET', stateKey, 'expected', expected)
  patch('replace', '/expectedEndAt', text(expected))
end

if input.terminal then
  closeCalls(nil)
  local all = redis.call('HKEYS', stateKey)
  for _, field in ipairs(all) do
    if field:sub(1, 2) == 's:' then closeStep(field:sub(3)) end
  end
  if redis.call('HDEL', stateKey, 'expected') == 1 then patch('replace', '/expectedEndAt', 'null') end
  patch('replace', '/outcome', text(input.terminal.outcome))
  flushPatches()
  append(input.terminal.json)
  redis.call('HSET', stateKey, 'done', input.terminal.outcome, 'end', input.terminal.json)
end
flushPatches()

redis.call('HSET', stateKey, 'seq', seq, 'at', input.now, 'agents', openAgents)
for i = 1, 3 do redis.call('EXPIRE', KEYS[i], input.ttl) end
local watchers = redis.call('HGETALL', watchersKey)
if #watchers == 0 then out = {} end
return {'ok', stream, first, out, watchers}
`,
};

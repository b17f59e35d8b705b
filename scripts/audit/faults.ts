import type { Row } from './row.ts';

/** What may fail, and what then has to be true. */
export const faults: readonly Row[] = [
  {
    id: 'model',
    what: 'The model: 429, 500, timeout, a cut stream, garbage, truncated JSON, refusal, another schema, a hang',
    required: 'bounded retries within the deadline, one repair, then a fallback that is marked; never a pass',
    tests: {
      'lib/llm/ask.test.ts': [
        '%s: asked once more, told where, not what',
        '%s is final, by name',
        'retries are bounded',
        'holds over the repair',
      ],
      'test/agents/personalities.test.ts': [
        'a model that answers nothing usable',
        '%s refused: that step is degraded, and no other',
      ],
      'test/agents/waiting.test.ts': ['a model that'],
      'eval/verdicts.test.ts': ['a pass is false where the control is known to be unmet, and on the word of a model'],
    },
  },
  {
    id: 'mcp',
    what: 'A tool server: down, hanging, 401 in the middle, session lost, crash in a call, wrong id, changed tools',
    required: 'that source becomes a gap with its reason, the rest goes on; only reading calls are repeated',
    tests: {
      'test/faults/sources.test.ts': ['a source that fails becomes a gap with its cause, and the run still ends in a report'],
      'lib/mcp/connections.test.ts': [
        'a session that the server forgot',
        'renews the credential once for all who meet it, and repeats what was refused',
      ],
      'lib/mcp/managed.test.ts': ['a call that may change something is not repeated when the server dies over it'],
      'test/approvals/runs.test.ts': ['is not made again when its outcome is unknown'],
    },
  },
  {
    id: 'redis',
    what: 'Redis: down at the start or in the middle, slow, silent, flushed, failed over',
    required: 'the same report, or gaps that say why; rate limits fail open, budgets and tickets closed',
    tests: {
      'test/faults/redis.test.ts': [
        'a run that Redis leaves: the same report',
        'a run that Redis leaves before its source is opened ends in a report with a gap that says why',
      ],
      'lib/progress/publisher.test.ts': ['back after a failover: everything published meanwhile is there, once, in order'],
      'local/gateway/redis-down.test.ts': [
        'a ticket is refused with 503 and Retry-After, within two seconds',
        'routes that need no Redis are still answered',
      ],
      'lib/workflow/model-calls.test.ts': ['is closed while nobody can be asked what was spent'],
    },
  },
  {
    id: 'postgresql',
    what: 'PostgreSQL: down, failed over, serialisation failures, no place in the pool, killed around COMMIT, dropped',
    required: 'retried, no double row, no lost acknowledged row; 503 quickly; restored from its backup',
    tests: {
      'test/faults/postgres.test.ts': ['a run that PostgreSQL leaves'],
      'lib/store/store.test.ts': [
        'retries a transaction refused with %s',
        'at COMMIT (%s): one row, and the caller is told the truth',
        'when every place in the pool is taken',
      ],
      'local/gateway/requests.test.ts': ['with the database down: 503 with Retry-After within seconds, and health still answers'],
      'scripts/drill/drill.test.ts': ['a database that was dropped comes back'],
    },
  },
  {
    id: 'websocket',
    what: 'WebSocket: gone, cut at random, duplicates, another order, a slow reader',
    required: 'nothing lost or shown twice after reconnecting; the run is unaffected',
    tests: {
      'lib/client/follow.test.ts': ['nothing is lost and nothing shown twice, whatever the network does'],
      'lib/client/live.test.ts': ['two followers whose sockets are cut again and again each see every event once'],
      'lib/progress/watching.test.ts': [
        'a slow one holds up neither the run nor the others',
        'one that is gone is forgotten and never tried again',
      ],
    },
  },
  {
    id: 'lambda',
    what: 'Lambda: timeout, killed at any point, delivered twice or five times, in parallel',
    required: 'the ledger is replayed; one row for each run, step and item',
    tests: {
      'test/faults/kills.test.ts': ['a function that is killed', 'the function that starts a run, killed'],
      'test/faults/repeats.test.ts': ['every task that is delivered'],
      'test/faults/timeouts.test.ts': ['every task that times out', 'a report stage that times out as a whole'],
      'test/faults/late-writes.test.ts': ['an attempt that was given up, and gets its answers late'],
    },
  },
  {
    id: 'step-functions',
    what: 'Step Functions: stopped in any state, a status event missed',
    required: 'one end and one report within the interval of the sweep; late writes refused',
    tests: {
      'test/faults/stuck.test.ts': ['a run that nothing drives any more'],
      'test/faults/cancel.test.ts': ['a run that is cancelled'],
      'test/workflow/faults.test.ts': ['a run that is stopped', 'every task failing at once'],
    },
  },
  {
    id: 'time',
    what: 'Clocks that differ',
    required: 'tokens have a leeway of five seconds; what is due is decided by one clock',
    tests: {
      'lib/auth/verify.test.ts': ['is good for five seconds longer, because clocks differ'],
      'lib/store/runs.test.ts': ['is overdue, or was never started within the grace, and has no outcome'],
      'lib/store/store.test.ts': ['keeps times as they are whatever the server’s time zone'],
    },
  },
];

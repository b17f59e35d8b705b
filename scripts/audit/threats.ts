import type { Row } from './row.ts';

/** Attacks, by number. `model` are the rows of docs/security/threat-model.md that speak of the same. */
export const threats: readonly Row[] = [
  {
    id: '1',
    what: "Another user's id on any route or WebSocket action; a parent of one's own with a foreign child",
    required: 'finds nothing, changes nothing, and is told the same as of what does not exist',
    model: [1],
    tests: {
      'test/api/matrix.test.ts': [
        'every route that a function declares is deployed to it, and has a row here',
        '%s with a foreign %j finds nothing and changes nothing',
        '%s says the same of what is foreign and of what does not exist',
        'their lists hold nothing of hers',
      ],
      'test/isolation/repositories.test.ts': ['%s shows %s nothing', '%s changes nothing for %s'],
      'test/tenants/two-people.test.ts': ["reads nothing of the other's"],
    },
  },
  {
    id: '2',
    what: 'Subscribing to a foreign run; frames to a subscription that has become stale',
    required: 'no frame reaches who is no member at that moment',
    model: [2],
    tests: {
      'test/tenants/sockets.test.ts': [
        'hears nothing of it while it publishes to who may, and of an own run everything',
        'as an auditor neither starts nor cancels; and is no member any more: hears no further frame, and may do nothing',
      ],
      'lib/progress/watching.test.ts': ['who stopped being a member gets no further frame, while the others do'],
    },
  },
  {
    id: '3',
    what: 'Row-level security bypassed by the owner role, a missing FORCE, a view, a missing WITH CHECK',
    required: 'the catalogue shows none of it, and every policy carries weight',
    model: [3],
    tests: {
      'test/isolation/catalogue.test.ts': ['has nothing that would let a row past its policies', 'names what is planted: %s'],
      'test/isolation/policies.test.ts': [
        'has its rule: a new table needs a row in probes.ts',
        '%s dropped: somebody misses what is theirs',
        '%s open to everybody: somebody gets what is not theirs',
        '%s without a check: somebody writes what is not theirs',
      ],
      'scripts/drill/drill.test.ts': ['a database that was dropped comes back'],
    },
  },
  {
    id: '4',
    what: "A pooled session keeps the last user's identity",
    required: 'each transaction has its own, in any order and however calls end',
    model: [4],
    tests: {
      'test/isolation/sessions.test.ts': [
        'shows each call its own rows and nothing of the call before, in any order and however calls end',
        'keeps no identity, limit or time zone once its transaction is over',
      ],
    },
  },
  {
    id: '5',
    what: 'Cache keys that collide (`a:b` + `c` = `a` + `b:c`)',
    required: 'different parts never give the same key',
    model: [5],
    tests: {
      'lib/cache/keys.test.ts': [
        'different parts never give the same key',
        'parts that only differ in where a colon sits stay apart',
      ],
    },
  },
  {
    id: '6',
    what: 'Answers crossed between users of one tool session',
    required: 'every caller gets its own answer; nothing learned for one user serves another',
    model: [6],
    tests: {
      'lib/mcp/crossed-answers.test.ts': ['workers on one session every caller gets its own answer'],
      'lib/mcp/managed.test.ts': ['an answer to nobody is dropped, and the one who waits is told that none came'],
      'lib/mcp/connections.test.ts': ['nothing that one user learned of a server is used for another'],
    },
  },
  {
    id: '7',
    what: 'Forged or foreign tokens: no algorithm, HS256 with the public key, a key in the header, expired, no expiry, other issuer or audience, anon, service role',
    required: 'no entry accepts one',
    model: [7],
    tests: {
      'lib/auth/verify.test.ts': ['no forged token is accepted, none causes another error'],
      'test/tenants/tokens.test.ts': ['refuses every forged token'],
      'local/gateway/sign-in.test.ts': ['no forged one is accepted, by any route or as a ticket'],
      'local/gateway/every-route.test.ts': ['only lib/auth verifies tokens'],
    },
  },
  {
    id: '8',
    what: "A user's sign-in token, or one server's token, handed to a tool server",
    required: 'each server sees the credential that was registered for it and no other',
    model: [8],
    tests: {
      'test/tenants/two-people.test.ts': [
        'sends their server the headers of its connection, and neither token nor the headers of another',
      ],
      'test/oauth/refresh.test.ts': ['each server sees its own token and no other'],
      'test/oauth/run.test.ts': ['never what a person signed in with'],
    },
  },
  {
    id: '9',
    what: 'Making the service call inside its own network: encodings, names, rebinding, redirects, addresses in metadata',
    required: 'no hit on a listener, from any entry, for over 200 addresses',
    model: [9],
    tests: {
      'test/hostile/ssrf.test.ts': [
        'reaches none of over 200 addresses',
        'follows no redirect',
        'does reach what is allowed, so that a hit would have been seen',
        'a name is looked up once for each connection, so that what was checked is what is used',
      ],
      'test/oauth/ssrf.test.ts': ['%s reaches none of over 200 addresses'],
      'lib/net/guarded-fetch.test.ts': ['no address of a private, loopback, link-local or reserved range is public'],
      'lib/net/address.test.ts': ['nothing of %s is public', 'nothing outside 2000::/3 is public'],
    },
  },
  {
    id: '10',
    what: 'Huge, compressed, slow, endless or malformed answers; bombs in schemas and patterns',
    required: 'memory and event loop stay bounded, other users unaffected',
    model: [10],
    tests: {
      'test/hostile/hostile.test.ts': ['a hostile server'],
      'lib/net/caps.test.ts': ['beyond it are not: %s', 'is over for all of an answer: %s'],
      'lib/mcp/schema-validator.test.ts': ['time is bounded', 'a schema over a limit counts as none, and says why'],
      'lib/mcp/bounded-answer.test.ts': ['that streams without end is given up after so many lines'],
    },
  },
  {
    id: '11',
    what: 'A tool definition that changes after it was approved; two tools of one name; a server that steers to a writing tool',
    required: 'any change suspends the tool; an approval is of one exact call',
    model: [11],
    tests: {
      'test/approvals/runs.test.ts': [
        'a change of any part of a definition suspends the tool',
        'is not made when the arguments are others by then: those are asked for',
        'a tool that the user allowed writes unattended, until its definition changes',
      ],
      'lib/mcp/policy.test.ts': ['a call leaves only', 'refused when the server lists it twice: it could mean either'],
    },
  },
  {
    id: '12',
    what: 'Headers injected through user-supplied ones',
    required: 'what is accepted arrives as it is and alone; the rest is refused',
    model: [12],
    tests: {
      'test/hostile/headers.test.ts': [
        'what is accepted arrives as it is, and nothing with it',
        'the guarded fetch itself sends nothing of %j, and does not repeat it',
      ],
      'lib/contract/api/connections.test.ts': [
        'that route, frame or speak for somebody else are refused in any case, whatever stands beside them',
      ],
    },
  },
  {
    id: '13',
    what: 'Instructions in what tools answer: exfiltrate, call a writing tool, change a verdict',
    required: 'no forbidden call, no changed verdict',
    model: [13],
    tests: {
      'test/agents/injections.test.ts': [
        'obeys: run $name',
        'every text was read by the model, by both agents that read',
        'no order is remembered: the next run is told none',
      ],
      'eval/injections/injections.test.ts': ['over 200 texts that differ, the same every time'],
      'test/agents/personalities.test.ts': [
        '%s: what does not hold is withheld and listed',
        '%s wrong, or under orders: nothing of it is a verdict',
      ],
      'lib/domain/verdict.test.ts': ['a proposal of a model satisfies nothing until a person accepts it'],
    },
  },
  {
    id: '14',
    what: 'Memory poisoned in one run, recalled in another',
    required: 'recalled as data with its provenance, in its own project only, for 12 hours',
    model: [26],
    tests: {
      'lib/memory/memory.test.ts': [
        'an instruction planted in run 1 reaches run 2 as data with provenance',
        'what one project or agent remembers no other recalls, and clearing one leaves the other',
        'an entry is forgotten after 12 h though newer ones keep the key alive',
      ],
    },
  },
  {
    id: '15',
    what: 'OAuth: state replayed or swapped, login CSRF, issuer mix-up, no S256, unsafe addresses, refresh tokens reused or moved',
    required: 'an authorisation ends with whoever began it, at the server that was asked, once',
    model: [23, 24, 25],
    tests: {
      'test/oauth/binding.test.ts': [
        'brought ten times at once is taken once, and the code is sent once',
        'what a victim granted under an attacker’s link ends up nowhere',
        'the answer of another server',
      ],
      'test/oauth/hostile.test.ts': ['who somebody claims to be', 'a token endpoint that redirects: the code goes no further'],
      'test/oauth/refresh.test.ts': [
        'is renewed before it is sent, and its server sees each refresh token once',
        'sealed tokens',
      ],
      'lib/mcp/oauth/server.test.ts': ['is https without credentials and fragment, or refused in words that do not repeat it'],
    },
  },
  {
    id: '16',
    what: 'A WebSocket opened from a foreign page; a ticket used twice or late',
    required: 'the foreign page is refused, a ticket opens one socket within its minute',
    model: [14],
    tests: {
      'local/gateway/sign-in.test.ts': [
        'shown by a foreign page first is still good for its owner',
        'shown ten times at once opens one socket',
        'is no good after its minute',
      ],
      'lib/cache/cache.test.ts': ['of twenty at once, one gets in'],
    },
  },
  {
    id: '17',
    what: '50 parallel connects on several instances; other shared limits exhausted',
    required: 'exactly ten succeed; limits count across instances and per person',
    model: [15],
    tests: {
      'lib/mcp/cap.test.ts': ['of 50 parallel connects from five processes exactly ten succeed'],
      'test/api/limits.test.ts': ['eight parallel starts give three runs, each started once, and nobody else is held up'],
      'lib/cache/model-budget.test.ts': [
        'a greedy user leaves the others their share, and there are never more calls than places',
      ],
    },
  },
  {
    id: '18',
    what: 'Sealed credentials moved to another row',
    required: 'they do not open',
    model: [16],
    tests: {
      'test/api/connections.test.ts': [
        'of one connection put in the row of another do not open',
        'that were replaced do not open when they are put back',
      ],
      'lib/keys/keys.test.ts': ['with any one byte changed it does not open', 'contexts that differ never have the same bytes'],
    },
  },
  {
    id: '19',
    what: 'Secrets in logs, events, workflow state, model input or errors',
    required: 'no canary in any sink after whole runs',
    model: [17],
    tests: {
      'test/tenants/secrets.test.ts': ['what was looked through is everything: the run shows in each place', 'no sink holds'],
      'test/oauth/run.test.ts': ['no token, code, verifier, state or client secret is left in any sink'],
      'test/support/scan.test.ts': ['a secret is found'],
      'lib/runtime/task.test.ts': ['a foreign error reaches the state history by name only: no message, no stack'],
    },
  },
  {
    id: '20',
    what: 'Script or remote content in a report through names, Markdown or contents',
    required: 'nothing runs and nothing is loaded, in a real browser',
    model: [18],
    tests: {
      'test/browser/report.test.ts': ['runs and loads nothing of %s'],
      'lib/report/render.test.ts': [
        'shows %j as text wherever it stands',
        'needs nothing from elsewhere, and lets nothing run',
        'keeps %j as text',
      ],
    },
  },
  {
    id: '21',
    what: 'Names that leave their place: in the bundle, the object store, the assessed folder (no report form is a spreadsheet, so no formula runs)',
    required: 'entries have generated names; nothing outside is read or written',
    model: [19, 21],
    tests: {
      'lib/evidence/verify.test.ts': ['what is no bundle', 'files in another order, or headers of another tool'],
      'local/objects/objects-endpoint.test.ts': ['no key, however spelt, is a path outside the folder'],
      'test/faults/input.test.ts': [
        'no absence is stated of a tree that was not listed whole, and nothing from outside is anywhere',
      ],
    },
  },
  {
    id: '22',
    what: 'Evidence or a report edited afterwards, in the database or in the file',
    required: 'any one-bit change, deletion, insertion or reordering is named',
    model: [20],
    tests: {
      'lib/evidence/verify.test.ts': [
        'tampering is named',
        'resealed lies are found by recomputing',
        'another key, or no signature, fails',
      ],
      'lib/store/ledger.test.ts': ['a complete row stays as it is, even for the superuser: %s'],
    },
  },
];

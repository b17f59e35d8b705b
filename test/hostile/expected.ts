import type { SourceFailure } from '../../lib/mcp/errors.ts';
import type { Measured } from './client/protocol.ts';
import type { PersonalityName } from './server/index.ts';

/** Where a server's hostility shows, and as what; elsewhere, and where it is null, all is answered. */
type End = readonly [Measured['outcomes'][number]['step'], ...SourceFailure[]] | null;

export const ends: Readonly<Record<PersonalityName, End>> = {
  'headers that never end': ['connect', 'timed-out', 'too-large'],
  'no answer at all': ['connect', 'timed-out'],
  'huge headers': ['connect', 'too-large'],
  'many headers': ['connect', 'too-large'],
  'endless early hints': ['connect', 'too-large'],
  'a redirect': ['connect', 'refused'],
  'a storm of 401': ['connect', 'refused'],
  'an endless refusal': ['connect', 'server-error'],
  'malformed JSON': ['connect', 'protocol'],
  'a web page': ['connect', 'protocol'],
  'reset at once': ['connect', 'lost'],
  'a slow drip': ['callTool', 'timed-out'],
  'reset in the middle': ['callTool', 'lost'],
  'a length that is not kept': ['callTool', 'lost', 'timed-out'],

  'thousands of tools': ['listTools', 'too-large'],
  'a page of tools after another': ['listTools', 'too-large', 'timed-out'],
  'a large page of tools after another': ['listTools', 'too-large'],
  'a name without end': ['listTools', 'protocol'],
  'other tools each time': null,
  'tools that are none': ['listTools', 'protocol'],
  'a deep schema': ['listTools', 'too-large'],
  'prototype keys': null,

  'a huge result': ['callTool', 'too-large'],
  'the largest result that passes': null,
  'many blocks that are none': ['callTool', 'protocol'],
  'many members': null,
  'too many values': ['callTool', 'too-large'],
  'deep JSON': ['callTool', 'too-large'],
  'a list of messages': ['callTool', 'too-large'],
  // Decoding up to the cap takes its time on a busy machine.
  'a gzip bomb': ['callTool', 'too-large', 'timed-out'],
  'a Brotli bomb': ['callTool', 'too-large', 'timed-out'],
  'a Zstandard bomb': ['callTool', 'too-large', 'timed-out'],
  'a bomb within bombs': ['callTool', 'too-large', 'timed-out'],
  'six encodings': ['callTool', 'protocol'],
  'a wrong id': ['callTool', 'timed-out'],

  // Cut off at a limit, so that the answer never comes.
  'an endless stream': ['callTool', 'lost', 'timed-out'],
  'an endless line': ['callTool', 'lost', 'timed-out'],
  'many small events': ['callTool', 'lost', 'timed-out'],
  'carriage returns': ['callTool', 'lost', 'timed-out'],
  'progress for ever': ['callTool', 'timed-out'],
  'pings for ever': ['callTool', 'timed-out'],
  'a storm of pings': ['callTool', 'lost', 'timed-out'],
  'the same answer many times': null,
  'a stream that ends early': ['callTool', 'lost'],

  // Tools are listed without compiling what they say of their results (lib/mcp/tool-list.ts).
  'a regex bomb': null,
  'a regex of many states': null,
  'a schema bomb': null,
  'a wide schema': null,
  'a list of different things': null,
  'a schema elsewhere': null,
  'many costly schemas': null,
};

/** The outcomes are those that are expected, and none is later than its deadline allows. */
export function endsAs(end: End, outcomes: Measured['outcomes'], deadlineMs: Readonly<Record<string, number>>): boolean {
  const [where, ...failures] = end ?? [];
  return outcomes.every(({ step, outcome, ms }) => {
    const isExpected = step === where ? failures.some((failure) => failure === outcome) : outcome === 'answered';
    return isExpected && ms < (deadlineMs[step] ?? 0);
  });
}

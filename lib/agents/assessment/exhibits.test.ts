import { expect, test } from 'vitest';
import { exhibitsFor, termsOf, worthReading } from './exhibits.ts';

const terms = termsOf(['Backups of data are created, protected and tested.', 'Access permissions are reviewed.']);
const recording = (at: number, topic: string, text: string) => ({
  ...{ toolCallId: `call ${at}`, planTaskId: 'p', source: 'wiki', tool: 'ask', args: { topic } },
  ...{ blobSha256: `${at}`, bytes: 1, collectedAt: '2026-11-25T00:00:00.000Z', content: Buffer.from(text) },
});

test.each([
  ['words of the controls', 'Nobody tested the backups.'],
  ['another form of a word', 'Backup was done, permission was granted.'],
  ['names in code', 'canReviewPermissions, backup_tested'],
  ['shouted words', 'BACKUPS PERMISSIONS'],
])('what speaks of the controls is shown first: %s', (_, text) => {
  const [first] = exhibitsFor([recording(1, 'a', 'It is as it was.'), recording(2, 'b', text)], terms);
  expect(first?.text).toBe(text);
});

test('what was asked about the controls is read before the rest', () => {
  const recordings = [recording(1, 'the weather', ''), recording(2, 'createBackups', '')];
  expect(worthReading(recordings, terms).map(({ toolCallId }) => toolCallId)).toEqual(['call 2', 'call 1']);
});

import { describe, expect, test } from 'vitest';
import { profileById, profiles } from './index.ts';

/** Words that make a tool one that changes something. */
const writing = new Set([
  ...[
    'create',
    'update',
    'delete',
    'remove',
    'add',
    'set',
    'write',
    'edit',
    'move',
    'merge',
    'apply',
    'deploy',
    'execute',
    'run',
  ],
  ...['call', 'send', 'post', 'put', 'patch', 'save', 'upload', 'restore', 'pause', 'reset', 'transition', 'assign', 'mark'],
  ...['rename', 'archive', 'invite', 'manage', 'toggle', 'change', 'generate', 'start', 'stop', 'approve', 'dismiss', 'react'],
]);
const wordsOf = (tool: string): readonly string[] =>
  tool
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z]+/);

test('ids are stable names, each its own', () => {
  const ids = profiles.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id))).toEqual([]);
});

test('a server of which nothing is known offers nothing', () => {
  expect(profileById('unheard-of')).toMatchObject({ id: 'generic', capabilities: [], readOnlyTools: [] });
});

describe.each(profiles.map((profile) => ({ id: profile.id, profile })))('the profile $id', ({ profile }) => {
  test('lists no tool that changes something, and none twice', () => {
    const { readOnlyTools } = profile;
    expect(readOnlyTools.filter((tool) => wordsOf(tool).some((word) => writing.has(word)))).toEqual([]);
    expect(new Set(readOnlyTools).size).toBe(readOnlyTools.length);
  });

  test('sends credentials over TLS only, and says what the credential may do', () => {
    if (profile.endpoint !== null) expect(new URL(profile.endpoint).protocol).toBe('https:');
    expect(profile.auth.length).toBeGreaterThan(0);
    expect(profile.credentials).toMatch(/^\S.{40,}\.$/);
  });

  test('says where its names were read, and when', () => {
    expect(profile.source.what).not.toBe('');
    expect(profile.source.on).toMatch(/^20\d\d-\d\d-\d\d$/);
  });
});

const fields = profiles.flatMap(({ id, scope }) => scope.map((field) => ({ id, name: field.name, field })));

test.each(fields)('$name of $id is asked for in words that its own example fits', ({ name, field: { pattern, example } }) => {
  expect(name).toMatch(/^[a-z][A-Za-z]{0,30}$/);
  expect(example).toMatch(pattern);
  // No tool argument, command or query that a scope goes into is to hold a line of its own.
  expect(`${example}\nx`).not.toMatch(pattern);
  expect('').not.toMatch(pattern);
});

import { describe, expect, test } from 'vitest';
import type { Prose, UnsealedReport } from '../contract/report.ts';
import { assembleReport } from './assemble.ts';
import { countInvented, inventedInReport } from './invented-report.ts';
import { sampleRun } from './testing.ts';

const data = sampleRun();
const report = assembleReport(data);
const excerpt = report.evidence.find((item) => item.kind === 'excerpt' && item.quote.startsWith('FROM node'));
const listing = report.evidence.find((item) => item.kind === 'population');
const cited = (text: string, evidenceIds: string[]): Prose => ({
  text,
  origin: 'model',
  claims: [{ start: 0, end: Buffer.byteLength(text), evidenceIds }],
});
const computed = (text: string, pointers: string[]): Prose => ({
  text,
  origin: 'model',
  claims: [{ start: 0, end: Buffer.byteLength(text), computed: pointers }],
});
const withSummary = (summary: Prose): UnsealedReport => ({ ...report, summary });
const invented = (summary: Prose): string[] => inventedInReport(withSummary(summary), data.blobs).map(({ text }) => text);

describe('grounded', () => {
  test.each([
    ['a number, an identifier and a name in the quoted bytes', 'The base image is node:20-alpine, from Node 20.'],
    ['the path that the call was made with', 'Dockerfile starts from `node:20-alpine`.'],
    ['ordinary words, and terms of the trade', 'It runs as root; TLS and GitHub have nothing to do with it, e.g. here.'],
  ])('%s', (_, text) => {
    expect(invented(cited(text, [excerpt?.id ?? '']))).toEqual([]);
  });

  test('a population: its count, its size, its members', () => {
    expect(invented(cited('Of 18 files 0 match CODEOWNERS; src/cart.ts is one of them.', [listing?.id ?? '']))).toEqual([]);
  });

  test('figures of the report, dates and lists among them', () => {
    const text =
      'On 2026-11-23 at 09:00 UTC, 9 findings: 4 critical, first “Not met: Workflows use OIDC instead of static cloud keys”.';
    expect(invented(computed(text, ['/run/startedAt', '/findings', '/counts/critical', '/findings/0/title']))).toEqual([]);
  });

  test('overlapping claims ground a sentence together', () => {
    const text = 'node:20-alpine is in 1 of 9 findings.';
    const prose = cited(text, [excerpt?.id ?? '']);
    const both: Prose = {
      ...prose,
      claims: [...prose.claims, { start: 0, end: text.length, computed: ['/findings', '/counts/gaps'] }],
    };
    expect(invented(both)).toEqual([]);
    expect(invented(prose)).toEqual(['1', '9']);
  });
});

test.each([
  'two',
  '3-tier',
  'Seven of Nine',
  'Ann’s “shop”',
  '`x`',
  '"y"',
  'ACME, Inc.',
  'v2.0.',
  'a/b',
  '(1)',
  'Ünï’s',
  '- x',
  'a: B. C',
])('a source may be called %s', (name) => {
  const planTasks = data.planTasks.map((task) => ({ ...task, source: `${name} files` }));
  expect(inventedInReport(assembleReport({ ...data, planTasks }), data.blobs)).toEqual([]);
});

describe('each planted invention is counted', () => {
  test.each([
    ['a number', 'It has 21 layers.', ['21']],
    ['a number that only begins alike', 'It is node 2.', ['2']],
    ['a number in words', 'It has seven layers.', ['seven']],
    ['a range', 'It takes 3-5 days.', ['3-5']],
    ['a percentage', 'It covers 99.9 % of it.', ['99.9']],
    ['an identifier', 'It pulls node:22-alpine.', ['node:22-alpine']],
    ['a path', 'It copies src/secret.ts.', ['src/secret.ts']],
    ['a date', 'It was built on 2024-01-01.', ['2024-01-01']],
    ['a name', 'The image was signed by Mallory.', ['Mallory']],
    ['a name in capitals at the beginning', 'ACMECORP built the image.', ['ACMECORP']],
    ['a quotation', 'It says “trust me”.', ['“trust me”']],
    ['code', 'It runs `rm -rf`.', ['`rm -rf`']],
  ])('%s', (_, text, expected) => {
    expect(invented(cited(text, [excerpt?.id ?? '']))).toEqual(expected);
  });

  test('a listing does not ground every small number that stands in it', () => {
    expect(invented(cited('There are 3 of them.', [listing?.id ?? '']))).toEqual(['3']);
  });

  test('a sentence outside of any claim, before, between or after claims', () => {
    const { summary } = report;
    expect(countInvented(withSummary({ ...summary, claims: summary.claims.slice(1) }), data.blobs)).toBe(1);
    expect(countInvented(withSummary({ ...summary, text: `${summary.text} Trust us. Really.` }), data.blobs)).toBe(2);
    expect(countInvented(withSummary({ ...summary, claims: [] }), data.blobs)).toBeGreaterThan(4);
  });

  test('evidence that is not there, or does not hold', () => {
    expect(invented(cited('It is so.', ['66666666-6666-4666-8666-666666666666']))).toEqual(['It is so.']);
    expect(countInvented(report, new Map())).toBeGreaterThan(9);
  });

  test('a pointer that leads nowhere, to another figure, or into the prose itself', () => {
    expect(invented(computed('It is so.', ['/coverage/nothing']))).toEqual(['It is so.']);
    expect(invented(computed('There are 12 findings.', ['/counts/findings']))).toEqual(['12']);
    expect(invented(computed('It is so.', ['/summary/text']))).toEqual(['It is so.']);
    expect(invented(computed('It is so.', ['/controls/0/reason']))).toEqual(['It is so.']);
  });

  test('ranges that are no ranges, or cut a character', () => {
    const text = 'Grüß.';
    const range = (start: number, end: number): Prose => ({
      text,
      origin: 'model',
      claims: [{ start, end, computed: ['/run/mode'] }],
    });
    expect(invented(range(0, Buffer.byteLength(text)))).toEqual([]);
    expect(countInvented(withSummary(range(0, 400)), data.blobs)).toBe(1);
    expect(countInvented(withSummary(range(3, 3)), data.blobs)).toBeGreaterThan(0);
    expect(countInvented(withSummary(range(0, 3)), data.blobs)).toBeGreaterThan(0);
  });

  test('in sections and in findings as well', () => {
    const lie = cited('There are 77 of them.', [excerpt?.id ?? '']);
    const sections = report.sections.map((section, index) => (index === 2 ? { ...section, prose: lie } : section));
    const findings = report.findings.map((finding) => ({ ...finding, description: lie }));
    expect(inventedInReport({ ...report, sections, findings }, data.blobs).map(({ where }) => where)).toEqual([
      '/sections/2/prose',
      ...findings.map((_, index) => `/findings/${index}/description`),
    ]);
  });
});

import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../contract/report.ts';
import { byText } from '../domain/order.ts';
import { sealSample } from '../evidence/testing.ts';
import { comparable } from './assemble.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { sampleRun } from './testing.ts';

let report: Report;
beforeAll(async () => {
  ({ report } = await sealSample());
});

/** Every text of a report made hostile, but for what the schema fixes: ids, hashes, times, enumerations. */
function hostile<T>(value: T, payload: string): T;
function hostile(value: unknown, payload: string): unknown {
  if (typeof value === 'string') {
    const isFixed =
      /^[0-9a-f]{8}-|^[0-9a-f]{64}$|^\d{4}-\d\d-\d\dT|^(check|model|excerpt|population|verified|repaired|ok|open|fallback)$/.test(
        value,
      );
    const isEnum =
      /^(pass|fail|unknown|not-.*|satisfied|critical|high|medium|low|partial|checks|path-matches|assay.report\/1|small|large|point-in-time)$/.test(
        value,
      );
    return isFixed || isEnum ? value : `${value}${payload}`;
  }
  if (Array.isArray(value)) return value.map((one) => hostile(one, payload));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, hostile(one, payload)]));
}

const payloads = [
  '"><img src=x onerror=alert(1)>',
  "'><script>alert(1)</script>",
  '</style><svg onload=alert(1)>',
  '![x](https://evil.example/x.png)',
  '[click](javascript:alert(1))',
  '\n\n# Heading\n\n<iframe src=//evil.example>',
  '`</code></pre>```\n<b>out</b>',
  '&lt;img src=x&gt;',
];

describe('the page', () => {
  test.each(payloads)('shows %j as text wherever it stands', (payload) => {
    const page = renderHtml(hostile(report, payload));
    const safe = renderHtml(report);
    const tags = (markup: string): string[] =>
      [...new Set([...markup.matchAll(/<\/?[a-z][^\s/>]*/gi)].map(([tag]) => tag.toLowerCase()))].sort(byText);
    expect(tags(page)).toEqual(tags(safe));
    expect(/<[^>]*\son\w+=/i.test(page)).toBe(false);
    expect(/(?:href|src)="(?!#)/.test(page)).toBe(false);
  });

  test('needs nothing from elsewhere, and lets nothing run', () => {
    const page = renderHtml(report);
    const style = /<style>([\s\S]*)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(`default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;`);
    expect(style).not.toMatch(/@import|url\(/);
    expect(/<script|<link|<iframe|\sstyle=/.test(page)).toBe(false);
  });

  test('every link leads to a place on the page, and every place is named once', () => {
    const page = renderHtml(report);
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(links.filter((id) => !ids.includes(id))).toEqual([]);
  });

  test('characters that change how text is read are written out', () => {
    const page = renderHtml(hostile(report, 'a\u202Eb\u200Bc\u0007'));
    expect(page).toContain('a⟨U+202E⟩b⟨U+200B⟩c⟨U+0007⟩');
    expect(['\u202E', '\u200B', '\u0007'].some((character) => page.includes(character))).toBe(false);
  });

  test('says what an empty run is: no score, nothing seen', async () => {
    const nothing = { ...sampleRun(), planTasks: [], toolCalls: [], checkResults: [], evidence: [], populations: [], gaps: [] };
    const page = renderHtml((await sealSample(nothing)).report);
    expect(page).toContain('No score');
    expect(page).toContain('Failed: no source gave an answer');
    expect(page).not.toContain('NaN');
  });

  test('shows what changed since an earlier run', async () => {
    const previous = { ...comparable(report), runId: '44444444-4444-4444-8444-444444444444' };
    expect(renderHtml((await sealSample({ ...sampleRun(), previous })).report)).toContain('Since the previous run');
  });
});

describe('both forms', () => {
  test('show every finding, control, citation, gap and withheld statement, and the value never without its interval', async () => {
    const data = sampleRun();
    const evidence = data.evidence.map((item) => (item.kind === 'population' ? { ...item, count: 7 } : item));
    const partial = (await sealSample({ ...data, evidence })).report;
    const markdown = renderMarkdown(partial);
    const text = renderHtml(partial)
      .replace(/<[^>]+>/g, '')
      .replaceAll('&#39;', "'")
      .replaceAll('&quot;', '"')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&');
    const plain = markdown.replaceAll('\\', '');
    expect(partial.withheld.length).toBeGreaterThan(0);
    const needed = [
      ...partial.findings.map(({ title }) => title),
      ...partial.controls.flatMap(({ id, title }) => [id, title]),
      ...partial.gaps.map(({ reason }) => reason),
      ...partial.withheld.map(({ reason }) => reason),
      ...partial.remediation.flatMap(({ steps }) => steps),
      ...partial.evidence.map((item) => (item.kind === 'excerpt' ? item.quote : item.statement)),
      `${partial.score?.low} to ${partial.score?.high}`,
      partial.seal.root,
    ];
    for (const one of needed) {
      expect(text).toContain(one);
      expect(plain).toContain(one.replaceAll('\\', ''));
    }
  });
});

describe('what is left out is said', () => {
  test('a finding with more citations than it shows points to the register, in both forms', () => {
    const ids = report.evidence.map(({ id }) => id);
    const many = { ...report, findings: report.findings.slice(0, 1).map((one) => ({ ...one, evidenceIds: ids })) };
    const more = `nd ${ids.length - 6} more in the`;
    expect(renderMarkdown(many)).toContain(`${more} register of evidence`);
    expect(renderHtml(many)).toContain(`${more} <a href="#evidence">register of evidence</a>`);
  });

  test('how to verify names the key and what the bundle holds', () => {
    for (const text of [renderMarkdown(report), renderHtml(report)]) {
      expect(text).toContain('npm run verify -- bundle.zip --key .assay/signer.pem');
      expect(text).toContain('handle the bundle as carefully as the repository');
    }
  });
});

describe('Markdown', () => {
  test.each(payloads)('keeps %j as text', (payload) => {
    const unfenced = renderMarkdown(hostile(report, payload)).replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '');
    expect(/(?<!\\)<[a-z/!]/i.test(unfenced)).toBe(false);
    expect(/(?<!\\)\]\(/.test(unfenced)).toBe(false);
    expect(/^# Heading/m.test(unfenced)).toBe(false);
  });

  test('a quote cannot close its own fence', () => {
    const text = renderMarkdown(hostile(report, '\n```\n<script>x</script>\n````'));
    expect(text).toContain('`````text\n');
  });

  test('plain sentences stay readable', () => {
    const text = renderMarkdown(report);
    expect(text).toContain('A static key reaches the job as AWS_ACCESS_KEY_ID. (E');
    expect(text).toContain('There are 9 findings: 4 critical, 3 high, 2 medium and 0 low.');
  });
});

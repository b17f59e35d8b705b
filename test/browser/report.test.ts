import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../lib/contract/report.ts';
import { sealReport } from '../../lib/evidence/seal.ts';
import { assembleReport } from '../../lib/report/assemble.ts';
import { renderHtml } from '../../lib/report/html.ts';
import { sampleRun } from '../../lib/report/testing.ts';
import { browserFlags, findBrowser } from '../support/browser.ts';

const payloads = [
  '<script>window.hit = 1</script>',
  '<img src=x onerror="window.hit = 1">',
  '"><svg onload="window.hit = 1">',
  "javascript:window.hit=1//' onmouseover='window.hit=1",
  '</style><script>window.hit = 1</script>',
  '<a href="https://evil.example/">here</a><iframe src="https://evil.example/"></iframe>',
];

let browser: Browser;
const folder = mkdtempSync(join(tmpdir(), 'assay-page-'));

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: findBrowser() ?? '', args: browserFlags });
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A sealed report in which everything that a server or a person named carries a payload. */
async function hostileReport(payload: string): Promise<Report> {
  const data = sampleRun();
  const planTasks = data.planTasks.map((task) => ({ ...task, source: payload }));
  const toolCalls = data.toolCalls.map((call) => ({ ...call, serverName: payload, serverVersion: payload }));
  const gaps = [{ step: 'extract', item: '', source: payload, reason: payload, controlIds: [] }];
  const report = assembleReport({ ...data, planTasks, toolCalls, gaps });
  return (await sealReport({ report, toolCalls, blobs: data.blobs })).report;
}

async function open(report: Report, width: number) {
  const file = join(folder, 'report.html');
  writeFileSync(file, renderHtml(report));
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { page, requests: requests.filter((url) => !url.startsWith('file:')) };
}

describe('the HTML report in a real browser', () => {
  test.each(payloads)('runs and loads nothing of %s', async (payload) => {
    const { page, requests } = await open(await hostileReport(payload), 1280);
    await page.mouse.move(400, 400);
    expect(await page.evaluate('window.hit')).toBeUndefined();
    expect(await page.locator('script, iframe, img, a[href^="http"]').count()).toBe(0);
    expect(requests).toEqual([]);
    await page.close();
  });

  test.each([1280, 390])('needs no sideways scrolling at %i pixels', async (width) => {
    const { page } = await open(await hostileReport('a source'), width);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.close();
  });

  test('every entry of the contents leads somewhere', async () => {
    const { page } = await open(await hostileReport('a source'), 1280);
    const missing = await page.evaluate(
      `[...document.querySelectorAll('a[href^="#"]')].map((a) => a.getAttribute('href').slice(1)).filter((id) => document.getElementById(id) === null)`,
    );
    expect(missing).toEqual([]);
    await page.close();
  });
});

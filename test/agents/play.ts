/** A stack whose model is the scripted endpoint, and what is promised of every run with it, whatever the model plays. */
import { afterAll, expect } from 'vitest';
import { type Endpoint, type EndpointOptions, startEndpoint } from '../../eval/endpoint/endpoint.ts';
import type { Report } from '../../lib/contract/report.ts';
import type { ControlStatus } from '../../lib/contract/vocabulary.ts';
import { scan } from '../support/scan.ts';
import { type StartOptions, type TestStack, type TestStackOptions, testStack } from '../support/stack.ts';

export interface Played {
  readonly tested: TestStack;
  readonly endpoint: Endpoint;
  /** Without a model, on the same sources. */
  checksOnly(options?: StartOptions): Promise<Report>;
  /** A whole run in which the model plays that part. */
  play(part: string, options?: StartOptions): Promise<Report>;
}

/** Markup of the malicious model that a program which shows the report would follow; as text it is listed among what was withheld. */
const live = {
  html: /<script>alert|<img src=x|href="?javascript:|src="?https:\/\/evil/,
  md: /(?<!\\)<script|(?<!\\)<img|(?<!\\)\]\(javascript:|(?<!\\)\]\(https:\/\/evil/,
};

/** The key of the endpoint, which nothing but its own requests' header may hold. */
const apiKey = 'sk-canary-5d1f0c2e9b7a4836';

export async function openPlay(
  options: TestStackOptions = {},
  { latencyMs = 0 }: Pick<EndpointOptions, 'latencyMs'> = {},
): Promise<Played> {
  const endpoint = await startEndpoint({ latencyMs, timeScale: options.timeScale ?? 1 });
  // Registered first, so that it is done last.
  afterAll(() => endpoint.stop());
  const tested = await testStack({
    ...options,
    environment: { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: endpoint.baseUrl, OPENAI_MODEL: 'scripted', ...options.environment },
  });
  afterAll(async () => {
    expect(scan(await tested.leftBehind(), { 'the key of the endpoint': apiKey })).toEqual([]);
  });
  return {
    tested,
    endpoint,
    async checksOnly(started) {
      return (await tested.finish(await tested.start(started))).report;
    },
    async play(part, started) {
      endpoint.play(part);
      // The bundle is verified there: citations, claims, verdicts, and no invented statement.
      const assessment = await tested.start({ mode: 'model', ...started });
      const { report } = await tested.finish(assessment);
      for (const file of ['html', 'md'] as const) {
        const text = Buffer.from(await assessment.fetchFile(file)).toString('utf8');
        expect(live[file].exec(text)?.[0], file).toBeUndefined();
      }
      const secrets = [...tested.sources.flat(), ...(started?.sources ?? [])].flatMap(({ bridge }) =>
        Object.values(bridge.headers),
      );
      for (const secret of [...secrets, apiKey]) {
        expect(endpoint.requests.filter(({ body }) => body.includes(secret))).toEqual([]);
      }
      return report;
    },
  };
}

/** A model raised no status, dropped no finding of a check, and moved no bound of the score in the favourable direction. */
export function expectNothingRaised(report: Report, checks: Report): void {
  const withStatus = (one: Report, wanted: ControlStatus) =>
    one.controls.filter(({ status }) => status === wanted).map(({ id }) => id);
  for (const good of ['satisfied', 'not-applicable'] as const) {
    expect(withStatus(checks, good)).toEqual(expect.arrayContaining(withStatus(report, good)));
  }
  expect(withStatus(report, 'not-satisfied')).toEqual(expect.arrayContaining(withStatus(checks, 'not-satisfied')));
  expect(report.controls.filter(({ status, basis }) => status === 'satisfied' && basis !== 'check')).toEqual([]);
  const ofChecks = ({ findings }: Report) =>
    findings
      .filter(({ origin }) => origin.kind === 'check')
      .map(({ origin, severity, title, controlIds }) => ({ origin, severity, title, controlIds }));
  expect(ofChecks(report)).toEqual(ofChecks(checks));
  expect(report.checks.map(({ id, result }) => ({ id, result }))).toEqual(
    checks.checks.map(({ id, result }) => ({ id, result })),
  );
  expect(adviceMissing(report, checks)).toEqual([]);
  // Whatever a model writes below, the state is said first.
  expect(report.summary.text).toMatch(/^Of \d+ controls of /);
  expect(report.score?.low ?? 0).toBeLessThanOrEqual(checks.score?.low ?? 0);
}

/** Steps of checks that the plan of a report no longer names for their findings. */
function adviceMissing(report: Report, checks: Report): string[] {
  const titleOf = ({ findings }: Report) => new Map(findings.map(({ id, title }) => [id, title]));
  const steps = (one: Report, title: string) => {
    const titles = titleOf(one);
    return one.remediation
      .filter(({ findingIds }) => findingIds.some((id) => titles.get(id) === title))
      .flatMap((item) => item.steps);
  };
  return [...titleOf(checks).values()].flatMap((title) => {
    const kept = new Set(steps(report, title));
    return steps(checks, title).filter((step) => !kept.has(step));
  });
}

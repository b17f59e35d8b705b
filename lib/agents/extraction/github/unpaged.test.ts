/** Versions of GitHub's server up to 2025 take no page: they give GitHub's first 30, the newest, whatever is asked. */
import { expect, test } from 'vitest';
import { evaluateChecks } from '../../../checks/evaluate.ts';
import { checks } from '../../../checks/index.ts';
import { sha256Hex } from '../../../mcp/result.ts';
import type { CallTools } from '../../tools.ts';
import { collectGithubAlerts } from './alerts.ts';

test('the first 30 of a list are no whole list, and nothing passes on them', async () => {
  const alerts = Array.from({ length: 30 }, (_, n) => ({
    number: 130 - n,
    state: 'open',
    created_at: '2026-11-24T00:00:00Z',
    rule: { security_severity_level: 'critical' },
    security_vulnerability: { severity: 'critical' },
  }));
  const text = JSON.stringify(alerts);
  const call: CallTools = async (calls) =>
    calls.map(({ tool }) => ({
      status: 'ok',
      toolCallId: tool,
      blocks: [{ sha256: sha256Hex(Buffer.from(text)), text, truncated: false }],
    }));
  const { evidence, populations } = await collectGithubAlerts(call, {
    asOf: '2026-11-25T00:00:00Z',
    scope: { repository: 'acme/shop' },
  });
  expect(populations.filter(({ complete }) => complete)).toEqual([]);
  const passed = (await evaluateChecks(checks, evidence)).filter(({ observations }) =>
    observations.some((it) => it.result === 'pass'),
  );
  expect(passed.map(({ check }) => check.id)).toEqual([]);
});

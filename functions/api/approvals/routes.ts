import { approvalDecision, approvalParams, approvals } from '../../../lib/contract/api/approvals.ts';
import { empty, runParams } from '../../../lib/contract/api/common.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { route } from '../../../lib/runtime/http.ts';
import { isoTimes } from '../../../lib/runtime/iso-times.ts';
import { keys, sfn, store } from '../../../lib/runtime/resources.ts';
import { listApprovals } from '../../../lib/store/approvals.ts';
import { runAccess } from '../../../lib/workflow/access.ts';
import { decide } from '../../../lib/workflow/decide-approval.ts';

export const routes = [
  route({
    method: 'GET',
    path: '/runs/{runId}/approvals',
    auth: 'bearer',
    summary: 'What the run has asked its starter to approve: the exact calls, and what was decided.',
    params: runParams,
    response: approvals,
    handle: async ({ principal, params: { runId }, signal }) => {
      const rows = await (await store()).forUser(
        principal,
        async (tx) => {
          await runAccess(tx, principal, runId, 'read');
          return listApprovals(tx, runId);
        },
        { signal },
      );
      const items = rows.map(({ planTaskId: _task, calls, ...row }) => ({ ...isoTimes(row), calls: [...calls] }));
      return { body: { items } };
    },
  }),
  route({
    method: 'POST',
    path: '/approvals/{approvalId}',
    auth: 'bearer',
    summary: 'Approves or rejects exactly those calls, each to be made once; only the person who started the run may.',
    params: approvalParams,
    body: approvalDecision,
    response: empty,
    status: 204,
    handle: async ({ principal, params: { approvalId }, body: { decision }, signal, logger }) => {
      const deps = { store: await store(), sfn: await sfn(), keys: await keys(), clock: systemClock, logger };
      await decide(deps, principal, approvalId, decision, signal);
      return {};
    },
  }),
];

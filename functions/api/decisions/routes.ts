import { empty } from '../../../lib/contract/api/common.ts';
import { decision, decisionParams } from '../../../lib/contract/api/runs.ts';
import { ApiError, route } from '../../../lib/runtime/http.ts';
import { store } from '../../../lib/runtime/resources.ts';
import { insertAuditEvent } from '../../../lib/store/audit.ts';
import { insertDecision } from '../../../lib/store/decisions.ts';
import { listControlResults } from '../../../lib/store/results.ts';
import { runAccess } from '../../../lib/workflow/access.ts';

export const routes = [
  route({
    method: 'POST',
    path: '/runs/{runId}/controls/{controlId}/decision',
    auth: 'bearer',
    summary: 'Accepts or rejects what a model proposed for a control; the latest decision counts.',
    params: decisionParams,
    body: decision,
    response: empty,
    status: 204,
    handle: async ({ principal, params: { runId, controlId }, body, signal }) => {
      await (await store()).forUser(
        principal,
        async (tx) => {
          const run = await runAccess(tx, principal, runId, 'write');
          const control = (await listControlResults(tx, runId)).find((one) => one.controlId === controlId);
          if (control === undefined) throw new ApiError('NOT_FOUND', 'There is no such control in this run.');
          if (control.proposal === null) throw new ApiError('CONFLICT', 'Nothing was proposed for this control.');
          await insertDecision(tx, runId, { controlId, ...body, createdBy: principal.userId });
          await insertAuditEvent(tx, {
            projectId: run.projectId,
            userId: principal.userId,
            action: `proposal.${body.decision}`,
            target: runId,
            detail: { controlId },
          });
        },
        { signal },
      );
      return {};
    },
  }),
];

import { findingChange, findingParams, findingStatus } from '../../../lib/contract/api/runs.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { ApiError, route } from '../../../lib/runtime/http.ts';
import { store } from '../../../lib/runtime/resources.ts';
import { insertAuditEvent } from '../../../lib/store/audit.ts';
import { getFinding } from '../../../lib/store/findings.ts';
import { insertOverlay } from '../../../lib/store/overlays.ts';
import { getRun } from '../../../lib/store/runs.ts';
import { projectAccess } from '../../../lib/workflow/access.ts';

const noFinding = () => new ApiError('NOT_FOUND', 'There is no such finding.');

export const routes = [
  route({
    method: 'PATCH',
    path: '/findings/{findingId}',
    auth: 'bearer',
    summary: 'Says what became of a finding; the sealed report stays as it is.',
    params: findingParams,
    body: findingChange,
    response: findingStatus,
    handle: async ({ principal, params: { findingId }, body: { status, reason, expiresAt }, signal }) => {
      const overlay = {
        findingId,
        status,
        reason: reason ?? null,
        expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
      };
      if (overlay.expiresAt !== null && overlay.expiresAt <= systemClock.now()) {
        throw new ApiError('BAD_REQUEST', 'body.expiresAt: must lie in the future');
      }
      await (await store()).forUser(
        principal,
        async (tx) => {
          const finding = await getFinding(tx, findingId);
          const run = finding === null ? null : await getRun(tx, finding.runId);
          if (run === null) throw noFinding();
          await projectAccess(tx, principal, run.projectId, 'write');
          await insertOverlay(tx, run.projectId, principal.userId, overlay);
          await insertAuditEvent(tx, {
            projectId: run.projectId,
            userId: principal.userId,
            action: 'finding.change',
            target: findingId,
            detail: { status },
          });
        },
        { signal },
      );
      return {
        body: { id: findingId, status, statusReason: overlay.reason, expiresAt: overlay.expiresAt?.toISOString() ?? null },
      };
    },
  }),
];

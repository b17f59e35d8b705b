import * as z from 'zod';
import { runParams } from '../../../lib/contract/api/common.ts';
import { pending, reportQuery } from '../../../lib/contract/api/runs.ts';
import type { Principal } from '../../../lib/contract/principal.ts';
import { route } from '../../../lib/runtime/http.ts';
import { objects, store } from '../../../lib/runtime/resources.ts';
import { getReportHead } from '../../../lib/store/report.ts';
import { runAccess } from '../../../lib/workflow/access.ts';

/** Seconds that a link is good for: long enough for a slow download to begin. */
const LINK_SECONDS = 300;

/** 303 to the file, or 202 while the run goes on. A browser shows a report and saves a bundle. */
async function linkTo(principal: Principal, runId: string, file: string, downloadName: string | undefined, signal: AbortSignal) {
  const head = await (await store()).forUser(
    principal,
    async (tx) => {
      await runAccess(tx, principal, runId, 'read');
      return getReportHead(tx, runId);
    },
    { signal },
  );
  if (head === null) return { body: { status: 'pending' as const, message: 'The run has not ended; ask again when it has.' } };
  return { redirect: await (await objects()).presign(`${head.objectKey}${file}`, LINK_SECONDS, downloadName) };
}

export const routes = [
  route({
    method: 'GET',
    path: '/runs/{runId}/report',
    auth: 'bearer',
    summary: 'Redirects (303) to the sealed report as JSON, Markdown or HTML; 202 while the run goes on.',
    params: runParams,
    query: reportQuery,
    response: pending,
    status: 202,
    handle: ({ principal, params: { runId }, query: { format }, signal }) =>
      linkTo(principal, runId, `report.${format}`, undefined, signal),
  }),
  route({
    method: 'GET',
    path: '/runs/{runId}/bundle',
    auth: 'bearer',
    summary: 'Redirects (303) to the sealed bundle, which verifies offline; 202 while the run goes on.',
    params: runParams,
    query: z.object({}),
    response: pending,
    status: 202,
    handle: ({ principal, params: { runId }, signal }) => linkTo(principal, runId, 'bundle.zip', `assay-${runId}.zip`, signal),
  }),
];

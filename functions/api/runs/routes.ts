import { empty, pageQuery, projectParams, runParams } from '../../../lib/contract/api/common.ts';
import {
  controls,
  events,
  eventsQuery,
  evidenceInPlace,
  evidenceParams,
  findings,
  ledgerQuery,
  newRun,
  runs,
  runWithState,
  startedRun,
  toolCalls,
} from '../../../lib/contract/api/runs.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { config } from '../../../lib/runtime/config.ts';
import { ApiError, route } from '../../../lib/runtime/http.ts';
import { isoTimes } from '../../../lib/runtime/iso-times.ts';
import { sfn, store } from '../../../lib/runtime/resources.ts';
import { getEvidence, listFindings } from '../../../lib/store/findings.ts';
import { pageOfLedger } from '../../../lib/store/ledger.ts';
import { latestOverlays } from '../../../lib/store/overlays.ts';
import { listControlResults } from '../../../lib/store/results.ts';
import { listRuns } from '../../../lib/store/runs.ts';
import { projectAccess, runAccess } from '../../../lib/workflow/access.ts';
import { cancelRun } from '../../../lib/workflow/cancel-run.ts';
import { startRun } from '../../../lib/workflow/start-run.ts';
import { readEvents } from './events.ts';
import { surroundingsOf } from './evidence.ts';
import { shownRun, stateOf, usageOf } from './shown-run.ts';

export const routes = [
  route({
    method: 'GET',
    path: '/projects/{projectId}/runs',
    auth: 'bearer',
    summary: 'Lists the runs of a project, newest first.',
    params: projectParams,
    query: pageQuery,
    response: runs,
    handle: async ({ principal, params: { projectId }, query, signal }) => {
      const { items, nextCursor } = await (await store()).forUser(
        principal,
        async (tx) => {
          await projectAccess(tx, principal, projectId, 'read');
          return listRuns(tx, projectId, query);
        },
        { signal },
      );
      return { body: { items: items.map(shownRun), nextCursor } };
    },
  }),
  route({
    method: 'POST',
    path: '/projects/{projectId}/runs',
    auth: 'bearer',
    summary: 'Starts a run with your connections.',
    params: projectParams,
    body: newRun,
    response: startedRun,
    status: 202,
    handle: async ({ principal, params, body, signal, logger }) => {
      const deps = {
        store: await store(),
        sfn: await sfn(),
        stateMachineArn: config.stateMachineArn(),
        clock: systemClock,
        limits: config.limits(),
        model: config.model().model,
        logger,
      };
      return { body: await startRun(deps, principal, { ...params, ...body }, signal) };
    },
  }),
  route({
    method: 'GET',
    path: '/runs/{runId}',
    auth: 'bearer',
    summary: 'One run, with its state: what is planned, who works on what, and the counts so far.',
    params: runParams,
    response: runWithState,
    handle: async ({ principal, params: { runId }, signal }) => ({
      body: await (await store()).forUser(
        principal,
        async (tx) => {
          const run = await runAccess(tx, principal, runId, 'read');
          return { ...shownRun(run), state: await stateOf(tx, run), usage: await usageOf(tx, run, config.model().prices) };
        },
        { signal },
      ),
    }),
  }),
  route({
    method: 'POST',
    path: '/runs/{runId}/cancel',
    auth: 'bearer',
    summary: 'Cancels a run; what was collected is still reported.',
    params: runParams,
    response: empty,
    status: 202,
    handle: async ({ principal, params: { runId }, signal }) => {
      const deps = { store: await store(), sfn: await sfn(), stateMachineArn: config.stateMachineArn(), clock: systemClock };
      await cancelRun(deps, principal, runId, signal);
      return {};
    },
  }),
  route({
    method: 'GET',
    path: '/runs/{runId}/events',
    auth: 'bearer',
    summary: 'The events of a run after a cursor; of a run that has ended, from its archive.',
    params: runParams,
    query: eventsQuery,
    response: events,
    handle: async ({ principal, params: { runId }, query, signal }) => {
      const database = await store();
      await database.forUser(principal, (tx) => runAccess(tx, principal, runId, 'read'), { signal });
      return { body: await readEvents(database, principal, runId, query.after ?? null, query.limit, signal) };
    },
  }),
  route({
    method: 'GET',
    path: '/runs/{runId}/tool-calls',
    auth: 'bearer',
    summary: 'The ledger of tool calls, in order.',
    params: runParams,
    query: ledgerQuery,
    response: toolCalls,
    handle: async ({ principal, params: { runId }, query: { cursor = '0', limit }, signal }) => {
      const from = Number(cursor);
      if (!Number.isSafeInteger(from) || from < 0) throw new ApiError('BAD_REQUEST', 'query.cursor: not a cursor of this list');
      const rows = await (await store()).forUser(
        principal,
        async (tx) => {
          await runAccess(tx, principal, runId, 'read');
          return pageOfLedger(tx, runId, from, limit + 1);
        },
        { signal },
      );
      const shown = rows.slice(0, limit);
      const items = shown.map(
        ({
          serverName: name,
          serverVersion: version,
          connectionId,
          startedAt,
          callKey: _key,
          planTaskId: _task,
          attempt: _attempt,
          ...row
        }) => ({
          ...row,
          server: { name, version, connectionId },
          startedAt: startedAt.toISOString(),
        }),
      );
      return { body: { items, nextCursor: rows.length > limit ? String(shown.at(-1)?.ordinal ?? 0) : null } };
    },
  }),
  route({
    method: 'GET',
    path: '/runs/{runId}/evidence/{evidenceId}',
    auth: 'bearer',
    summary: 'One piece of evidence, an excerpt with the text around it.',
    params: evidenceParams,
    response: evidenceInPlace,
    handle: async ({ principal, params: { runId, evidenceId }, signal }) => ({
      body: await (await store()).forUser(
        principal,
        async (tx) => {
          const run = await runAccess(tx, principal, runId, 'read');
          const evidence = await getEvidence(tx, runId, evidenceId);
          if (evidence === null) throw new ApiError('NOT_FOUND', 'There is no such evidence in this run.');
          return { evidence, surroundings: await surroundingsOf(tx, run.projectId, evidence) };
        },
        { signal },
      ),
    }),
  }),
  route({
    method: 'GET',
    path: '/runs/{runId}/controls',
    auth: 'bearer',
    summary: 'The verdicts so far; the sealed report derives them once more from verified evidence.',
    params: runParams,
    response: controls,
    handle: async ({ principal, params: { runId }, signal }) => {
      const rows = await (await store()).forUser(
        principal,
        async (tx) => {
          await runAccess(tx, principal, runId, 'read');
          return listControlResults(tx, runId);
        },
        { signal },
      );
      const items = rows.map((row) => ({
        ...row,
        proposal: row.proposal === null ? null : { ...row.proposal, evidenceIds: [...row.proposal.evidenceIds] },
        findingIds: [...row.findingIds],
      }));
      return { body: { items } };
    },
  }),
  route({
    method: 'GET',
    path: '/runs/{runId}/findings',
    auth: 'bearer',
    summary: 'The findings, each with what people have said of it since.',
    params: runParams,
    response: findings,
    handle: async ({ principal, params: { runId }, signal }) => {
      const { rows, overlays } = await (await store()).forUser(
        principal,
        async (tx) => {
          await runAccess(tx, principal, runId, 'read');
          const found = await listFindings(tx, runId);
          return {
            rows: found,
            overlays: await latestOverlays(
              tx,
              found.map(({ id }) => id),
            ),
          };
        },
        { signal },
      );
      const now = systemClock.now();
      const items = rows.map(({ checkId: _check, planTaskId: _task, ...row }) => {
        const said = overlays.get(row.id);
        const hasExpired = said?.expiresAt != null && said.expiresAt <= now;
        return {
          ...row,
          controlIds: [...row.controlIds],
          evidenceIds: [...row.evidenceIds],
          status: said === undefined || hasExpired ? ('open' as const) : said.status,
          statusReason: said?.reason ?? null,
          ...isoTimes({ expiresAt: said?.expiresAt ?? null }),
        };
      });
      return { body: { items } };
    },
  }),
];

/** Everything that a person can read of a run and its project through the API. */
import * as z from 'zod';
import { report as reportSchema } from '../../lib/contract/report.ts';
import type { Sink } from '../support/scan.ts';
import type { Person } from './people.ts';

/** Throws for whatever is not answered with 200. */
export async function answersOf(of: {
  readonly person: Person;
  readonly projectId: string;
  readonly runId: string;
}): Promise<readonly Sink[]> {
  const { person, projectId, runId } = of;
  const read = async (name: string, path: string): Promise<Sink & { readonly content: string }> => {
    const { status, text } = await person.get(path);
    if (status !== 200) throw new Error(`${name} is answered with ${status}`);
    return { name, content: text };
  };
  const paths = {
    projects: '/projects',
    project: `/projects/${projectId}`,
    members: `/projects/${projectId}/members`,
    audit: `/projects/${projectId}/audit`,
    runs: `/projects/${projectId}/runs`,
    connections: '/connections',
    run: `/runs/${runId}`,
    events: `/runs/${runId}/events?limit=1000`,
    'tool-calls': `/runs/${runId}/tool-calls?limit=200`,
    controls: `/runs/${runId}/controls`,
    findings: `/runs/${runId}/findings`,
    'report md': `/runs/${runId}/report?format=md`,
    'report html': `/runs/${runId}/report?format=html`,
    bundle: `/runs/${runId}/bundle`,
  };
  const json = await read('report json', `/runs/${runId}/report?format=json`);
  const { evidence } = reportSchema
    .pick({ evidence: true })
    .parse(JSON.parse(Buffer.from(json.content, 'latin1').toString('utf8')));
  const all = await Promise.all([
    ...Object.entries(paths).map(([name, path]) => read(name, path)),
    ...evidence.map(({ id }) => read('evidence', `/runs/${runId}/evidence/${id}`)),
  ]);
  return [json, ...all];
}

/** For answers that have no body. */
export const nothing = z.unknown();

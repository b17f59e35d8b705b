/** The sample shop, kept by a host instead of a folder: the same checks, unchanged, give the same results. */
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../lib/contract/report.ts';
import { serveGithub } from '../support/hosts/github.ts';
import { serveGitlab } from '../support/hosts/gitlab.ts';
import { repositoryIn } from '../support/hosts/repository.ts';
import { testStack } from '../support/stack.ts';

const folder = join(mkdtempSync(join(tmpdir(), 'assay-folder-')), 'acme-shop');
cpSync(new URL('../../examples/acme-shop', import.meta.url).pathname, folder, { recursive: true });
const repository = repositoryIn(folder);

const hosts = { GitHub: await serveGithub({ repository }), GitLab: await serveGitlab({ repository }) };
const it = await testStack({ folders: [folder], alsoSources: Object.values(hosts) });

/** What every check said of every resource, apart from where the bytes came from. */
const judged = ({ checks }: Report) =>
  checks
    .filter(({ source }) => source.startsWith('acme'))
    .map(({ id, result, reason, observations }) => ({
      id,
      result,
      reason,
      observations: observations.map((one) => [one.resource, one.result, one.reason]),
    }));

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

describe('the sample shop', () => {
  const folderRun = once(async () => (await it.finish(await it.start())).report);

  test.each(Object.entries(hosts))(
    'is judged alike through %s and through a folder, and the sealed report verifies',
    { timeout: 120_000 },
    async (_, host) => {
      const fromFolder = await folderRun();
      const { report } = await it.finish(await it.start({ sources: [host] }));
      const ids = new Set(fromFolder.checks.map(({ id }) => id));
      expect(judged(report).filter(({ id }) => ids.has(id))).toEqual(judged(fromFolder));
      expect(report.withheld).toEqual([]);
      const reads = report.toolCalls.filter(({ tool }) => tool === 'get_file_contents');
      expect(reads.length).toBeGreaterThan(50);
      expect(new Set(reads.map(({ reperformable }) => reperformable))).toEqual(new Set(['pinned']));
    },
  );
});

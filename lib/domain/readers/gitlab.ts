/** What the tools of @zereight/mcp-gitlab list; its shapes are in the profile's source. */
import { parsePositioned } from '../positioned-json.ts';
import type { RecordKind, SourceRecord } from '../records.ts';
import {
  type Args,
  derivedFact,
  flagFact,
  listIn,
  numberFact,
  record,
  type ToolReader,
  textFact,
  timeFact,
  wordFact,
} from './reader.ts';

const states = { detected: 'open', confirmed: 'open', resolved: 'fixed', dismissed: 'dismissed' } as const;
const levels = { critical: 'critical', high: 'high', medium: 'medium', low: 'low' } as const;

/** Which scanner was asked for decides what is listed. */
const scanners = { secret_detection: 'secret-alert', sast: 'code-alert', dependency_scanning: 'dependency-alert' } as const;

const scannerOf = ({ report_type }: Args): (typeof scanners)[keyof typeof scanners] | undefined =>
  typeof report_type === 'string' && Object.hasOwn(scanners, report_type)
    ? scanners[report_type as keyof typeof scanners]
    : undefined;

function vulnerabilities(text: string, args: Args): readonly SourceRecord[] {
  const kind = scannerOf(args);
  if (kind === undefined) return [];
  return listIn(text, 'vulnerabilities').map((item) => {
    const id = textFact(item, 'id')?.value ?? '';
    return record(
      kind,
      item,
      { id, resource: `vulnerability ${id.slice(id.lastIndexOf('/') + 1)}` },
      {
        state: wordFact(states, item, 'state'),
        severity: wordFact(levels, item, 'severity'),
        createdAt: timeFact(item, 'detectedAt'),
      },
    );
  });
}

const branches = (text: string): readonly SourceRecord[] =>
  listIn(text).map((item) => {
    const branch = textFact(item, 'name');
    return record('branch-rule', item, named(branch?.value), {
      branch,
      isDefault: flagFact(item, 'default'),
      isProtected: flagFact(item, 'protected'),
    });
  });

/** Maintainers (40) may change the project's settings and its protected branches; owners are 50. */
const MAINTAINER = 40;

const members = (text: string): readonly SourceRecord[] =>
  listIn(text).map((item) => {
    const name = textFact(item, 'username');
    const isAdmin = derivedFact(numberFact(item, 'access_level'), (level) => level >= MAINTAINER);
    return record('member', item, named(name?.value), { name, isAdmin });
  });

function project(text: string): readonly SourceRecord[] {
  const item = parsePositioned(text);
  const name = textFact(item, 'path_with_namespace');
  const facts = {
    name,
    isPrivate: derivedFact(textFact(item, 'visibility'), (visibility) => visibility !== 'public'),
    defaultBranch: textFact(item, 'default_branch'),
    isArchived: flagFact(item, 'archived'),
  };
  return [record('repository', item, named(name?.value), facts)];
}

const named = (name = ''): Pick<SourceRecord, 'id' | 'resource'> => ({ id: name, resource: name });

export const gitlab: Readonly<Record<string, ToolReader>> = {
  list_project_vulnerabilities: {
    kinds: (args): readonly RecordKind[] => [scannerOf(args)].filter((kind) => kind !== undefined),
    read: vulnerabilities,
  },
  list_branches: { kinds: ['branch-rule'], read: branches },
  list_project_members: { kinds: ['member'], read: members },
  get_project: { kinds: ['repository'], read: project },
};

/** What the tools of github/github-mcp-server list; its shapes are in the profile's source. */
import { UnparsableListing } from '../errors.ts';
import { type JsonValue, parsePositioned } from '../positioned-json.ts';
import { type Fact, factsOf, type SourceRecord } from '../records.ts';
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

const states = { open: 'open', fixed: 'fixed', resolved: 'fixed', dismissed: 'dismissed', auto_dismissed: 'dismissed' } as const;
const levels = { critical: 'critical', high: 'high', medium: 'medium', moderate: 'medium', low: 'low' } as const;
/** Of a rule without a security severity: code scanning's own words. */
const ruleLevels = { error: 'high', warning: 'medium', note: 'low', ...levels } as const;

type Resource = (item: JsonValue) => Pick<SourceRecord, 'id' | 'resource'>;

/** Alerts are numbered within their repository. */
const numbered =
  (what: string): Resource =>
  (item) => {
    const number = numberFact(item, 'number')?.value;
    if (number === undefined) throw new UnparsableListing(`It has a ${what} without a number`);
    return { id: String(number), resource: `${what} ${number}` };
  };

function dependencyAlerts(text: string): readonly SourceRecord[] {
  const whole = parsePositioned(text);
  // Before the server paged by cursor, it printed a bare list.
  const items = whole.kind === 'array' ? whole.items : listIn(text, 'alerts');
  const named = numbered('Dependabot alert');
  return items.map((item) =>
    record('dependency-alert', item, named(item), {
      state: wordFact(states, item, 'state'),
      severity:
        wordFact(levels, item, 'security_vulnerability', 'severity') ?? wordFact(levels, item, 'security_advisory', 'severity'),
      createdAt: timeFact(item, 'created_at'),
    }),
  );
}

const codeAlerts = (text: string): readonly SourceRecord[] =>
  listIn(text).map((item) =>
    record('code-alert', item, numbered('code scanning alert')(item), {
      state: wordFact(states, item, 'state'),
      severity:
        wordFact(levels, item, 'rule', 'security_severity_level') ??
        wordFact(ruleLevels, item, 'rule', 'severity') ??
        wordFact(ruleLevels, item, 'rule_severity'),
      createdAt: timeFact(item, 'created_at'),
    }),
  );

const secretAlerts = (text: string): readonly SourceRecord[] =>
  listIn(text).map((item) =>
    record('secret-alert', item, numbered('secret scanning alert')(item), {
      state: secretState(item),
      severity: undefined,
      createdAt: timeFact(item, 'created_at'),
    }),
  );

/** Resolved says that somebody closed it; only a revoked secret is gone. */
function secretState(item: JsonValue): Fact<'open' | 'fixed' | 'dismissed'> | undefined {
  const closed = textFact(item, 'resolution');
  const state = textFact(item, 'state');
  if (state?.value !== 'resolved') return wordFact(states, item, 'state');
  return derivedFact(closed, (resolution) => (resolution === 'revoked' ? 'fixed' : 'dismissed'));
}

const branches = (text: string): readonly SourceRecord[] =>
  listIn(text).map((item) => {
    const branch = textFact(item, 'name');
    return record('branch-rule', item, named(branch), { branch, isProtected: flagFact(item, 'protected') });
  });

/** The repository that was searched for, and of its branches the default one, of which no other tool tells. */
const repositories = (text: string, { query }: Args): readonly SourceRecord[] =>
  listIn(text, 'items').flatMap((item) => {
    const name = textFact(item, 'full_name');
    if (name === undefined || `repo:${name.value}`.toLowerCase() !== String(query).toLowerCase()) return [];
    const defaultBranch = textFact(item, 'default_branch');
    const facts = { name, isPrivate: flagFact(item, 'private'), defaultBranch, isArchived: flagFact(item, 'archived') };
    const self = record('repository', item, named(name), facts);
    if (defaultBranch === undefined) return [self];
    const isDefault = derivedFact(defaultBranch, () => true);
    return [self, record('branch-rule', item, named(defaultBranch), { branch: defaultBranch, isDefault })];
  });

/** That one branch is the default says that the others are not. */
export function oneDefaultBranch<R extends SourceRecord>(records: readonly R[]): readonly R[] {
  const [isDefault] = records.flatMap((record) => factsOf(record).get('isDefault') ?? []);
  if (isDefault === undefined) return records;
  return records.map((record) => ({ ...record, facts: { isDefault: { ...isDefault, value: false }, ...record.facts } }));
}

const collaborators = (text: string): readonly SourceRecord[] => {
  const whole = parsePositioned(text);
  const items = whole.kind === 'array' ? whole.items : listIn(text, 'items');
  return items.map((item) => {
    const name = textFact(item, 'login');
    const isAdmin = derivedFact(textFact(item, 'role_name'), (role) => role === 'admin');
    return record('member', item, named(name), { name, isAdmin });
  });
};

const named = (name: Fact<string> | undefined): Pick<SourceRecord, 'id' | 'resource'> => ({
  id: name?.value ?? '',
  resource: name?.value ?? '',
});

export const github: Readonly<Record<string, ToolReader>> = {
  list_dependabot_alerts: { kinds: ['dependency-alert'], read: dependencyAlerts },
  list_code_scanning_alerts: { kinds: ['code-alert'], read: codeAlerts },
  list_secret_scanning_alerts: { kinds: ['secret-alert'], read: secretAlerts },
  list_branches: { kinds: ['branch-rule'], read: branches },
  search_repositories: { kinds: ['repository', 'branch-rule'], read: repositories },
  list_repository_collaborators: { kinds: ['member'], read: collaborators },
};

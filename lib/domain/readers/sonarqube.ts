/** What SonarQube's own MCP server lists: security issues of the code, and risks of dependencies. */
import type { SourceRecord } from '../records.ts';
import { listIn, record, type ToolReader, textFact, timeFact, wordFact } from './reader.ts';

/** Of issues (status and issueStatus) and of dependency risks. */
const states = {
  open: 'open',
  confirmed: 'open',
  confirm: 'open',
  reopened: 'open',
  accepted: 'dismissed',
  accept: 'dismissed',
  false_positive: 'dismissed',
  safe: 'dismissed',
  fixed: 'fixed',
  resolved: 'fixed',
  closed: 'fixed',
} as const;
/** Both scales: the older one calls critical what the newer one calls high, and both have the blocker above it. */
const levels = {
  blocker: 'critical',
  critical: 'high',
  high: 'high',
  major: 'medium',
  medium: 'medium',
  minor: 'low',
  low: 'low',
  info: 'low',
} as const;

const codeAlerts = (text: string): readonly SourceRecord[] =>
  listIn(text, 'issues').map((item) => {
    const id = textFact(item, 'key')?.value ?? '';
    return record(
      'code-alert',
      item,
      { id, resource: `issue ${id} of ${textFact(item, 'component')?.value ?? 'the project'}` },
      {
        state: wordFact(states, item, 'status'),
        severity: wordFact(levels, item, 'severity'),
        createdAt: timeFact(item, 'creationDate'),
      },
    );
  });

/** Licences are no vulnerabilities. */
const dependencyAlerts = (text: string): readonly SourceRecord[] =>
  listIn(text, 'issuesReleases')
    .filter((item) => textFact(item, 'type')?.value !== 'PROHIBITED_LICENSE')
    .map((item) => {
      const id = textFact(item, 'key')?.value ?? '';
      const name = textFact(item, 'release', 'packageName')?.value ?? 'a dependency';
      const vulnerability = textFact(item, 'vulnerabilityId')?.value ?? `risk ${id}`;
      return record(
        'dependency-alert',
        item,
        { id, resource: `${vulnerability} in ${name}` },
        {
          state: wordFact(states, item, 'status'),
          severity: wordFact(levels, item, 'severity'),
          createdAt: timeFact(item, 'createdAt'),
        },
      );
    });

export const sonarqube: Readonly<Record<string, ToolReader>> = {
  search_sonar_issues_in_projects: { kinds: ['code-alert'], read: codeAlerts },
  search_dependency_risks: { kinds: ['dependency-alert'], read: dependencyAlerts },
};

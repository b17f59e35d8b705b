/** SonarQube's own MCP server over literals: its issue and dependency tools, with their arguments and answers. */
import { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { refused, type Served, said, serveMcp } from './serve.ts';

export interface SonarIssue {
  readonly key: string;
  readonly severity: 'BLOCKER' | 'CRITICAL' | 'MAJOR' | 'MINOR' | 'INFO';
  readonly status: 'OPEN' | 'CONFIRMED' | 'ACCEPTED' | 'FIXED';
  /** As SonarQube prints it: `2026-09-01T08:00:00+0000`. */
  readonly creationDate: string;
}
export interface SonarRisk {
  readonly key: string;
  readonly type: 'VULNERABILITY' | 'PROHIBITED_LICENSE';
  readonly severity: 'BLOCKER' | 'HIGH' | 'MEDIUM' | 'LOW';
  readonly createdAt: string;
}
export interface SonarProject {
  readonly issues: readonly SonarIssue[];
  /** Null: the edition has no analysis of dependencies. */
  readonly risks: readonly SonarRisk[] | null;
}

export const PROJECT = 'acme_shop';

export const serveSonarqube = (project: SonarProject): Promise<Served> =>
  serveMcp({
    name: 'acme on SonarQube',
    profile: 'sonarqube',
    scope: { project: PROJECT },
    make: (note) => {
      const server = new McpServer({ name: 'sonarqube-mcp-server', version: '1.9.0' });
      const annotations = { readOnlyHint: true };
      const issueArgs = z.object({
        projects: z.array(z.string()).optional(),
        severities: z.array(z.string()).optional(),
        impactSoftwareQualities: z.array(z.enum(['MAINTAINABILITY', 'RELIABILITY', 'SECURITY'])).optional(),
        issueStatuses: z.array(z.string()).optional(),
        p: z.int().optional(),
        ps: z.int().max(500).optional(),
      });
      server.registerTool(
        'search_sonar_issues_in_projects',
        { description: 'Search for SonarQube issues', inputSchema: issueArgs, annotations },
        async (args) => {
          note('search_sonar_issues_in_projects', args);
          const { projects = [], issueStatuses = [], p = 1, ps = 100 } = args;
          const found = project.issues.filter(({ status }) => projects.includes(PROJECT) && issueStatuses.includes(status));
          const issues = found.slice((p - 1) * ps, p * ps).map(({ key, severity, status, creationDate }) => ({
            ...{ key, rule: 'typescript:S2068', project: PROJECT, component: `${PROJECT}:src/app.ts`, severity, status },
            ...{
              message: 'Review this hard-coded value.',
              cleanCodeAttribute: 'TRUSTWORTHY',
              author: 'ann@acme.example',
              creationDate,
            },
          }));
          return said({ issues, paging: { pageIndex: p, pageSize: ps, total: found.length } });
        },
      );
      const riskArgs = z.object({ projectKey: z.string(), pageIndex: z.int().optional(), pageSize: z.int().optional() });
      server.registerTool(
        'search_dependency_risks',
        { description: 'Search for dependency risks', inputSchema: riskArgs, annotations },
        async (args) => {
          note('search_dependency_risks', args);
          if (project.risks === null) {
            return refused(
              'Search Dependency Risks tool is not available for SonarQube Server because Advanced Security is not enabled.',
            );
          }
          const { pageIndex = 1, pageSize = 100 } = args;
          const issuesReleases = project.risks.slice((pageIndex - 1) * pageSize, pageIndex * pageSize).map((risk) => ({
            ...{ ...risk, quality: 'SECURITY', status: 'OPEN', vulnerabilityId: `CVE-2026-${risk.key}`, cvssScore: '9.8' },
            release: { packageName: 'left-pad', version: '1.0.0', packageManager: 'npm' },
          }));
          return said({ issuesReleases });
        },
      );
      return server;
    },
  });

import type { Profile } from './profile.ts';

export const sonarqube: Profile = {
  id: 'sonarqube',
  title: 'SonarQube',
  category: 'code',
  endpoint: null,
  auth: ['bearer', 'headers'],
  credentials:
    'Run the server over HTTPS with SONARQUBE_READ_ONLY=true. Send a user token of somebody who may only browse the project; for SonarQube Cloud also a header SONARQUBE_ORG, unless the server has its organization set.',
  scope: [{ name: 'project', title: 'Project key', example: 'acme_shop', pattern: /^[A-Za-z0-9_.:-]{1,400}$/, required: true }],
  source: { what: 'repository SonarSource/sonarqube-mcp-server, README and tools', on: '2026-11-25' },
  capabilities: ['alerts'],
  readOnlyTools: [
    ...['search_sonar_issues_in_projects', 'search_dependency_risks', 'search_security_hotspots', 'show_security_hotspot'],
    ...['get_project_quality_gate_status', 'list_quality_gates', 'search_my_sonarqube_projects', 'list_branches'],
    ...['get_component_measures', 'show_rule'],
  ],
};

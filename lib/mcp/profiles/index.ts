import { atlassian } from './atlassian.ts';
import { aws } from './aws.ts';
import { azure } from './azure.ts';
import { cloudflare } from './cloudflare.ts';
import { datadog } from './datadog.ts';
import { filesystem } from './filesystem.ts';
import { git } from './git.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { googleCloud } from './google-cloud.ts';
import { grafana } from './grafana.ts';
import { linear } from './linear.ts';
import { notion } from './notion.ts';
import type { Profile } from './profile.ts';
import { sentry } from './sentry.ts';
import { slack } from './slack.ts';
import { sonarqube } from './sonarqube.ts';
import { supabase } from './supabase.ts';

/** A server of which nothing is known: it offers no capability to checks and no tool may run unattended. */
const generic: Profile = {
  id: 'generic',
  title: 'Other server',
  category: 'generic',
  endpoint: null,
  auth: ['oauth', 'bearer', 'headers', 'none'],
  credentials: 'What the server asks for; prefer a credential that can only read.',
  scope: [],
  source: { what: 'none', on: '2026-11-25' },
  capabilities: [],
  readOnlyTools: [],
};

export const profiles: readonly Profile[] = [
  filesystem,
  git,
  github,
  gitlab,
  aws,
  azure,
  googleCloud,
  cloudflare,
  atlassian,
  linear,
  notion,
  sentry,
  datadog,
  grafana,
  sonarqube,
  supabase,
  slack,
  generic,
];

export const profileById = (id: string): Profile => profiles.find((profile) => profile.id === id) ?? generic;

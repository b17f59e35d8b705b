import { filesystem } from './filesystem.ts';
import { git } from './git.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import type { Profile } from './profile.ts';

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

export const profiles: readonly Profile[] = [filesystem, git, github, gitlab, generic];

export const profileById = (id: string): Profile => profiles.find((profile) => profile.id === id) ?? generic;

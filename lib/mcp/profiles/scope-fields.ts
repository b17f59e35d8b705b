import type { ScopeField } from './profile.ts';

/** Of a host of git repositories: whatever git takes for the name of a commit. */
export const commitField: ScopeField = {
  name: 'ref',
  title: 'Branch, tag or commit (default branch unless given)',
  example: 'main',
  pattern: /^[^\s~^:?*[\\]{1,200}$/,
  required: false,
};

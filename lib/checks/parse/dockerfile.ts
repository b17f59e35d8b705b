/** Dockerfiles with source offsets: the parsed instructions, and every base image with its ARG defaults filled in. */
import { type Dockerfile, DockerfileParser, type From } from 'dockerfile-ast';
import { perFile, UnexpectedShapeError } from './memo.ts';

/** Paths that hold a Dockerfile; code and notes about Dockerfiles share the name. */
export const dockerfileGlobs = [
  '**/{Dockerfile,Containerfile}',
  '**/{Dockerfile,Containerfile}.!(dockerignore|md|txt|json|yml|yaml|ts|mts|js|mjs|cjs|test.ts|test.js|spec.ts|spec.js|d.ts|py|go|rs|rb|java|sh)',
  '**/*.{dockerfile,containerfile}',
] as const;

/** `unresolved`: the reference holds a build argument without a default. `stage`: an earlier stage of the same file. */
type BaseKind = 'external' | 'stage' | 'scratch' | 'unresolved';

export interface BaseImage {
  readonly kind: BaseKind;
  /** As `docker build` would read it without `--build-arg`. */
  readonly reference: string;
  /** Without registry, tag and digest: `node`, `library/node`, `acme/api`. */
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string | null;
  /** The whole FROM instruction. */
  readonly start: number;
  readonly end: number;
}

export interface ParsedDockerfile {
  readonly ast: Dockerfile;
  readonly bases: readonly BaseImage[];
  /** Turns the library's zero-based line and character into an index of the text. */
  readonly indexOf: (position: { readonly line: number; readonly character: number }) => number;
}

export const dockerfile = perFile('a Dockerfile', (file): ParsedDockerfile => {
  const { text } = file.content;
  const ast = DockerfileParser.parse(text);
  const indexOf = lineIndex(text);
  const defaults = new Map<string, string>();
  for (const arg of ast.getInitialARGs()) {
    const property = arg.getProperty();
    const value = property?.getValue();
    if (property && value) defaults.set(property.getName(), fill(value, defaults));
  }
  const stages = new Set<string>();
  const bases = ast.getFROMs().map((from) => {
    const base = baseImage(from, defaults, stages, indexOf);
    const stage = from.getBuildStage();
    if (stage) stages.add(stage.toLowerCase());
    return base;
  });
  if (bases.length === 0) throw new UnexpectedShapeError('no FROM instruction');
  return { ast, bases, indexOf };
});

function baseImage(
  from: From,
  defaults: ReadonlyMap<string, string>,
  stages: ReadonlySet<string>,
  indexOf: ParsedDockerfile['indexOf'],
): BaseImage {
  const reference = fill(from.getImage() ?? '', defaults);
  const { start, end } = from.getRange();
  const place = { start: indexOf(start), end: indexOf(end) };
  return { kind: kindOf(reference, stages), reference, ...imageParts(reference), ...place };
}

function kindOf(reference: string, stages: ReadonlySet<string>): BaseKind {
  if (reference.includes('$') || reference === '') return 'unresolved';
  if (stages.has(reference.toLowerCase())) return 'stage';
  return reference === 'scratch' ? 'scratch' : 'external';
}

/** Splits `registry:5000/group/name:tag@sha256:...`; a first part with a dot, a colon or `localhost` is a registry. */
export function imageParts(reference: string): Pick<BaseImage, 'repository' | 'tag' | 'digest'> {
  const [named = '', digest = null] = reference.split('@', 2);
  const parts = named.split('/');
  const [first = ''] = parts;
  const path = parts.length > 1 && (/[.:]/.test(first) || first === 'localhost') ? parts.slice(1) : parts;
  const last = path.at(-1) ?? '';
  const colon = last.indexOf(':');
  const name = colon === -1 ? last : last.slice(0, colon);
  return { repository: [...path.slice(0, -1), name].join('/'), tag: colon === -1 ? null : last.slice(colon + 1), digest };
}

const variable = /\$(?:\{(\w+)(?:(:?[-+])([^}$]*))?\}|(\w+))/g;

/** Substitutes build arguments by their defaults (`$X`, `${X}`, `${X:-word}`, `${X:+word}`); what has none is left as written. */
function fill(value: string, defaults: ReadonlyMap<string, string>): string {
  const unquoted = value.replace(/^(["'])(.*)\1$/, '$2');
  return unquoted.replace(variable, (written: string, name?: string, operator?: string, word?: string, bare?: string) => {
    const known = defaults.get(name ?? bare ?? '');
    if (operator?.endsWith('+')) return known === undefined ? '' : (word ?? '');
    return known ?? (operator ? (word ?? '') : written);
  });
}

function lineIndex(text: string): ParsedDockerfile['indexOf'] {
  const starts = [0];
  for (const found of text.matchAll(/\r\n|\n|\r/g)) starts.push(found.index + found[0].length);
  return ({ line, character }) => Math.min((starts[line] ?? text.length) + character, text.length);
}

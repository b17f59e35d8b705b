/** Which user the last stage of a Dockerfile runs as. */
import type { Observation, RepositoryFile } from '../check.ts';
import { excerpt, isText } from '../cite.ts';
import { fail, pass, unknown } from '../observe.ts';
import { type BaseImage, dockerfile, type ParsedDockerfile } from '../parse/dockerfile.ts';
import type { TextFile } from '../parse/memo.ts';

/** Docker's official images that run as root unless told otherwise; of any other image nobody knows from its name. */
const rootImages = new Set(
  (
    'alpine amazoncorretto amazonlinux archlinux bash buildpack-deps busybox caddy centos clojure composer debian docker drupal ' +
    'eclipse-temurin elixir erlang fedora gcc golang gradle haskell httpd ibmjava julia maven nginx node openjdk oraclelinux perl php ' +
    'pypy python r-base rockylinux ruby rust swift tomcat traefik ubuntu wordpress'
  ).split(' '),
);
const nonRootImages = /^(?:chainguard|bitnami|bitnamilegacy)\/|nginx-unprivileged$/;

interface Stage {
  readonly base: BaseImage;
  readonly name: string | null;
  /** The last USER instruction: its value with build arguments filled in, and its place. */
  readonly user: { readonly name: string; readonly start: number; readonly end: number } | null;
}

function stages({ ast, bases, indexOf }: ParsedDockerfile): readonly Stage[] {
  const names = ast.getFROMs().map((from) => from.getBuildStage());
  const starts = bases.map(({ start }) => start);
  const users = ast.getInstructions().filter((instruction) => instruction.getKeyword() === 'USER');
  const placed = users.map((instruction) => {
    const { start, end } = instruction.getRange();
    const written = instruction.getArgumentsContent() ?? '';
    const name = written.replace(
      /\$\{?(\w+)\}?/g,
      (whole, variable: string) => ast.resolveVariable(variable, start.line) ?? whole,
    );
    return { name, start: indexOf(start), end: indexOf(end) };
  });
  return bases.map((base, index) => {
    const next = starts[index + 1] ?? Number.POSITIVE_INFINITY;
    const user = placed.findLast(({ start }) => start > base.start && start < next) ?? null;
    return { base, name: names[index] ?? null, user };
  });
}

/** Root starts a container whose entrypoint then changes the user itself. */
const dropsPrivileges = /\b(?:gosu|su-exec|setpriv|runuser|s6-setuidgid)\b/;

export function judgeDockerfile(file: RepositoryFile): Observation {
  const parsed = dockerfile(file);
  if (!parsed.ok || !isText(file)) return unknown(file.path, parsed.ok ? 'The file was not read' : parsed.reason);
  const all = stages(parsed.value);
  let last = all.at(-1);
  // A stage that continues an earlier one inherits its user.
  for (let hop = 0; last?.user === null && last.base.kind === 'stage' && hop < all.length; hop += 1) {
    const { reference } = last.base;
    last = all.find(({ name }) => name?.toLowerCase() === reference.toLowerCase());
  }
  return last === undefined ? unknown(file.path, 'The last stage could not be found') : judgeStage(file, last);
}

function judgeStage(file: TextFile, { base, user }: Stage): Observation {
  const { path } = file;
  const later = dropsPrivileges.test(file.content.text);
  if (user !== null) {
    const cited = [excerpt(file, user.start, user.end)];
    const [name = ''] = user.name.trim().split(':');
    if (name.includes('$')) return unknown(path, 'The user is a build argument without a default');
    if (name !== 'root' && !/^0+$/.test(name)) return pass(path, 'The last stage runs as a user other than root', cited);
    return later
      ? unknown(path, 'The last stage starts as root and its entrypoint may change the user')
      : fail(path, 'The last stage runs as root', cited);
  }
  const cited = [excerpt(file, base.start, base.end)];
  if (/nonroot/.test(base.tag ?? '') || nonRootImages.test(base.repository)) {
    return pass(path, 'The base image is one that does not run as root', cited);
  }
  const known = base.kind === 'scratch' || rootImages.has(base.repository.replace(/^library\//, ''));
  if (!known) return unknown(path, 'The last stage names no user, so that its base image decides');
  if (later) return unknown(path, 'The last stage starts as root and its entrypoint may change the user');
  return fail(path, 'The last stage names no user, and its base image runs as root', cited);
}

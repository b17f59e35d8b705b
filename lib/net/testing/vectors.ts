import type { Lookup } from '../connector.ts';
import { forbiddenAddresses, otherNotations } from './addresses.ts';

/** A URL that must lead nowhere, whoever gives it. */
export interface Vector {
  readonly name: string;
  readonly url: string;
}

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address);
const entries = Object.entries(forbiddenAddresses).flatMap(([kind, addresses]) =>
  addresses.map((address) => ({ kind, address })),
);

/** Hosts of this service in the vectors: what `ownHosts` must hold. */
export const ownHosts: readonly string[] = ['api.assay.example', 'a1b2c3.execute-api.us-east-1.amazonaws.com'];

/** Addresses that pass as public, where nobody answers: not allocated to any network. */
const nobody = '2a00::1';

/** What the names of the vectors resolve to, by the number of the lookup; the last stays. */
const names = new Map<string, readonly (readonly string[])[]>([
  ...entries.map(({ address }, at) => [`resolves-${at}.attacker.example`, [[address]]] as const),
  ['mixed-last.attacker.example', [[nobody, '127.0.0.1']]],
  ['mixed-first.attacker.example', [['127.0.0.1', nobody]]],
  ['mixed-family.attacker.example', [['::1', nobody]]],
  ['mixed-middle.attacker.example', [[nobody, '169.254.169.254', nobody]]],
  ['scoped.attacker.example', [['fe80::1%lo']]],
  ['empty.attacker.example', [[]]],
  ['nonsense.attacker.example', [['not an address']]],
  ['octal.attacker.example', [['0177.0.0.1']]],
  ['rebinds.attacker.example', [[nobody], ['127.0.0.1']]],
  ['rebinds-six.attacker.example', [[nobody], ['::1']]],
  ['rebinds-back.attacker.example', [['127.0.0.1'], [nobody], ['127.0.0.1']]],
  ['localhost', [['127.0.0.1', '::1']]],
  ['sub.localhost', [['127.0.0.1']]],
  ['127.0.0.1.nip.example', [['127.0.0.1']]],
  ['metadata.google.internal', [['169.254.169.254']]],
  ['redis.internal', [['10.0.3.7']]],
]);

export interface CountedLookup {
  readonly lookup: Lookup;
  /** How often each name was asked for. */
  readonly asked: ReadonlyMap<string, number>;
}

/** A resolver in the attacker's hands. Names it does not know do not exist. */
export function attackersResolver(): CountedLookup {
  const asked = new Map<string, number>();
  const lookup: Lookup = (given, _options, callback) => {
    const hostname = given.replace(/\.$/, '');
    const count = asked.get(hostname) ?? 0;
    asked.set(hostname, count + 1);
    const answers = names.get(hostname);
    const addresses = answers?.[Math.min(count, answers.length - 1)];
    if (addresses === undefined) return callback(Object.assign(new Error(`no ${hostname}`), { code: 'ENOTFOUND' }), []);
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { lookup, asked };
}

/** Every vector, aimed at `port` where a port can be given. */
export function ssrfVectors(port: number): readonly Vector[] {
  const at = (host: string): string => `https://${host}:${port}/`;
  const literals = entries.map(({ kind, address }) => ({ name: `${kind} ${address}`, url: at(bracketed(address)) }));
  const notations = otherNotations.map((host) => ({ name: `written ${host}`, url: at(host) }));
  const resolving = [...names.keys()].flatMap((host) => [
    { name: `name ${host}`, url: at(host) },
    ...(host.startsWith('resolves-') ? [] : [{ name: `name ${host}, with a dot`, url: at(`${host}.`) }]),
  ]);
  return [...literals, ...notations, ...resolving, ...tricks(port), ...own(port)];
}

/** Schemes, user information, and what parsers disagree about. */
const tricks = (port: number): Vector[] =>
  [
    ...['http', 'ws', 'wss', 'ftp', 'gopher', 'dict', 'ldap', 'tftp', 'jar', 'HTTP'].map(
      (scheme) => `${scheme}://127.0.0.1:${port}/`,
    ),
    ...[
      'file:///etc/passwd',
      'file://127.0.0.1/etc/passwd',
      'data:text/plain,x',
      'javascript:alert(1)',
      'blob:https://a.example/1',
    ],
    ...[
      `http://example.com:${port}/`,
      'about:blank',
      'unix:/var/run/docker.sock',
      `//127.0.0.1:${port}/`,
      `127.0.0.1:${port}`,
      '',
    ],
    ...[`https://user:pw@127.0.0.1:${port}/`, `https://user@example.com:${port}/`, `https://:pw@example.com:${port}/`],
    ...[
      `https://example.com@127.0.0.1:${port}/`,
      `https://example.com%40127.0.0.1:${port}/`,
      `https://example.com:443@127.0.0.1:${port}/`,
    ],
    ...[
      `https://127.0.0.1:${port}\\@example.com/`,
      `https:\\\\127.0.0.1:${port}\\`,
      `https:/127.0.0.1:${port}/`,
      `https:127.0.0.1:${port}/`,
    ],
    ...[`https:///127.0.0.1:${port}/`, `https://127.0.0.1:${port}#@example.com/`, `https://127.0.0.1:${port}?@example.com/`],
    ...[
      `https://127.0.0.1\t:${port}/`,
      `https://127.0.\n0.1:${port}/`,
      ` https://127.0.0.1:${port}/ `,
      `https://127.0.0.1 :${port}/`,
    ],
    ...[
      `https://127.0.0.1:0${port}/`,
      'https://127.0.0.1:99999/',
      'https://127.0.0.1:22/',
      'https://127.0.0.1:6379/',
      'https://[::1',
    ],
    ...[
      `https://127.0.0.1%00.example.com:${port}/`,
      `https://example.com\r\nhost:127.0.0.1:${port}/`,
      `https://127.0.0.1%2f@a.example/`,
    ],
  ].map((url) => ({ name: `trick ${JSON.stringify(url)}`, url }));

const own = (port: number): Vector[] =>
  ownHosts
    .flatMap((host) => [host, `${host}.`, host.toUpperCase(), `below.${host}`, `user@${host}`, `${host}:${port}`, `${host}:443`])
    .map((host) => ({ name: `own host ${host}`, url: `https://${host}/mcp` }));

const redirecting = [301, 302, 303, 307, 308] as const;

/** Each redirecting status with each class of place it may lead to. */
export const redirectVectors = (port: number): readonly { readonly status: number; readonly location: string }[] =>
  redirecting.flatMap((status) =>
    [
      ...[`http://127.0.0.1:${port}/`, `https://127.0.0.1:${port}/`, `http://[::1]:${port}/`, `http://localhost:${port}/`],
      ...[`http://2130706433:${port}/`, `//127.0.0.1:${port}/`, 'http://169.254.169.254/latest/meta-data/', 'http://10.0.0.1/'],
      ...['https://[fd00:ec2::254]/', `https://resolves-0.attacker.example:${port}/`, 'file:///etc/passwd', '/elsewhere'],
    ].map((location) => ({ status, location })),
  );

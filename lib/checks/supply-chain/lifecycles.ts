/** Until when the makers of a runtime support its release lines. */

export type Runtime = 'node' | 'python' | 'go' | 'java' | 'ruby';

/** `unlisted`: newer than the table. `moving`: names no release line ("lts/*", "latest", "3"), so it follows the makers. */
export type Support = 'supported' | 'ended' | 'unlisted' | 'moving';

/**
 * Last day of support by release line. Sources, read 2026-11:
 * node: github.com/nodejs/Release, schedule.json. python: devguide.python.org/versions. ruby: ruby-lang.org/en/downloads/branches.
 * java: adoptium.net/support (LTS lines; the longest free support of a major distribution) and, for the others, the release of the next line.
 * go: go.dev/doc/devel/release, "supported until there are two newer major releases": the release day of the line after next; for
 * 1.26 and 1.27 the month in which that is due.
 */
const lastDays: Readonly<Record<Runtime, Readonly<Record<string, string>>>> = {
  node: {
    '4': '2018-04-30',
    '5': '2016-06-30',
    '6': '2019-04-30',
    '7': '2017-06-30',
    '8': '2019-12-31',
    '9': '2018-06-30',
    '10': '2021-04-30',
    '11': '2019-06-30',
    '12': '2022-04-30',
    '13': '2020-06-01',
    '14': '2023-04-30',
    '15': '2021-06-01',
    '16': '2023-09-11',
    '17': '2022-06-01',
    '18': '2025-04-30',
    '19': '2023-06-01',
    '20': '2026-04-30',
    '21': '2024-06-01',
    '22': '2027-04-30',
    '23': '2025-06-01',
    '24': '2028-04-30',
    '25': '2026-06-01',
    '26': '2029-04-30',
  },
  python: {
    '2.7': '2020-01-01',
    '3.4': '2019-03-18',
    '3.5': '2020-09-30',
    '3.6': '2021-12-23',
    '3.7': '2023-06-27',
    '3.8': '2024-10-07',
    '3.9': '2025-10-31',
    '3.10': '2026-10-31',
    '3.11': '2027-10-31',
    '3.12': '2028-10-31',
    '3.13': '2029-10-31',
    '3.14': '2030-10-31',
  },
  go: {
    '1.15': '2021-08-16',
    '1.16': '2022-03-15',
    '1.17': '2022-08-02',
    '1.18': '2023-02-01',
    '1.19': '2023-09-06',
    '1.20': '2024-02-06',
    '1.21': '2024-08-13',
    '1.22': '2025-02-11',
    '1.23': '2025-08-12',
    '1.24': '2026-02-11',
    '1.25': '2026-08-31',
    '1.26': '2027-02-28',
    '1.27': '2027-08-31',
  },
  java: {
    '7': '2022-07-31',
    '8': '2030-12-31',
    '9': '2018-03-20',
    '10': '2018-09-25',
    '11': '2027-10-31',
    '12': '2019-09-17',
    '13': '2020-03-17',
    '14': '2020-09-15',
    '15': '2021-03-16',
    '16': '2021-09-30',
    '17': '2027-10-31',
    '18': '2022-09-30',
    '19': '2023-03-31',
    '20': '2023-09-19',
    '21': '2029-12-31',
    '22': '2024-09-17',
    '23': '2025-03-18',
    '24': '2025-09-16',
    '25': '2031-09-30',
    '26': '2026-09-30',
  },
  ruby: {
    '2.3': '2019-03-31',
    '2.4': '2020-03-31',
    '2.5': '2021-03-31',
    '2.6': '2022-03-31',
    '2.7': '2023-03-31',
    '3.0': '2024-04-23',
    '3.1': '2025-03-31',
    '3.2': '2026-03-31',
    '3.3': '2027-03-31',
    '3.4': '2028-03-31',
    '4.0': '2029-03-31',
  },
};

/** Runtimes whose release lines are majors; the others' are major.minor. */
const byMajor = new Set<Runtime>(['node', 'java']);

/** `version` as people write it: `v18.2`, `3.12-slim`, `1.8`, `temurin-21`, `18.x`. `day` is an ISO date. */
export function supportOf(runtime: Runtime, version: string, day: string): Support {
  const line = releaseLine(runtime, version);
  if (line === null) return 'moving';
  const lastDay = lastDays[runtime][line];
  if (lastDay !== undefined) return day.slice(0, 10) <= lastDay ? 'supported' : 'ended';
  return isOlder(line, Object.keys(lastDays[runtime])) ? 'ended' : 'unlisted';
}

/** The listed release lines still supported on a day. */
export const supportedLines = (runtime: Runtime, day: string): readonly string[] =>
  Object.keys(lastDays[runtime]).filter((line) => supportOf(runtime, line, day) === 'supported');

/** The highest listed release line. */
export const newestLine = (runtime: Runtime): string =>
  Object.keys(lastDays[runtime]).reduce((a, b) => (compare(a, b) > 0 ? a : b));

function releaseLine(runtime: Runtime, version: string): string | null {
  const found = /^\D*?(\d+)(?:\.(\d+))?/.exec(version.trim());
  const [, major, minor] = found ?? [];
  if (major === undefined || /^(?:lts|latest|current|stable|oldstable|node|nightly)/i.test(version.trim())) return null;
  // Java counted 1.5 to 1.8 before it counted 9.
  if (runtime === 'java' && major === '1') return minor ?? null;
  if (byMajor.has(runtime)) return major;
  return minor === undefined ? null : `${major}.${minor}`;
}

const isOlder = (line: string, lines: readonly string[]): boolean => lines.every((other) => compare(line, other) < 0);

function compare(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}

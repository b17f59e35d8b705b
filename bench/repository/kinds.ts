/** Kinds of source file. Each is a head and parts that are repeated until the file has its size. */
import type { Random } from './random.ts';
import { type Vocabulary, vocabulary } from './words.ts';

export interface Kind {
  readonly extension: string;
  /** Share of the files, in percent. */
  readonly share: number;
  head(words: Vocabulary, name: string): string;
  part(words: Vocabulary, random: Random, index: number): string;
  readonly tail?: string;
}

const typescript: Kind = {
  extension: 'ts',
  share: 56,
  head: (words, name) =>
    `import { randomUUID } from 'node:crypto';\nimport type { Database } from '../database.ts';\nimport { logger } from '../logger.ts';\n\n/** ${words.reason()} */\nexport const area = '${name}';\n`,
  part(words, random, index) {
    const [method, type, noun] = [`${words.method()}${index}`, `${words.type()}${index}`, words.noun()];
    return `
export interface ${type} {
  readonly id: string;
  readonly ${noun}Count: number;
  readonly createdAt: Date;
  readonly note: string | null;
}

/** ${words.reason()} */
export async function ${method}(database: Database, limit = ${10 + random.int(490)}): Promise<${type}[]> {
  const rows = await database.query<${type}>('select id, ${noun}_count, created_at, note from ${noun}s where closed_at is null limit $1', [limit]);
  if (rows.length === limit) logger.warn('more ${noun}s than one page', { limit, request: randomUUID() });
  const seen = new Set<string>();
  for (const row of rows) {
    if (row.${noun}Count < ${random.int(9)} || seen.has(row.id)) continue;
    seen.add(row.id);
  }
  return rows.filter(({ id }) => seen.has(id)).sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}
`;
  },
};

const tests: Kind = {
  extension: 'test.ts',
  share: 14,
  head: (_, name) =>
    `import { describe, expect, test } from 'vitest';\nimport { area } from './${name}.ts';\n\ndescribe(area, () => {`,
  part: (words, random, index) => `
  test('${words.method()} ${index}: ${words.noun()}s come in order', () => {
    const amounts = [${Array.from({ length: 6 }, () => random.int(9000)).join(', ')}];
    const total = amounts.reduce((sum, amount) => sum + amount, 0);
    expect(total).toBe(${'amounts[0] + amounts[1] + amounts[2] + amounts[3] + amounts[4] + amounts[5]'});
    expect([...amounts].sort((a, b) => a - b)).toHaveLength(${6});
  });
`,
  tail: '});\n',
};

const python: Kind = {
  extension: 'py',
  share: 12,
  head: (words, name) =>
    `"""${words.reason()} (${name})"""\nimport logging\nfrom dataclasses import dataclass\n\nlog = logging.getLogger(__name__)\n`,
  part(words, random, index) {
    const noun = words.noun();
    return `

@dataclass(frozen=True)
class ${words.type()}${index}:
    id: str
    ${noun}_count: int
    note: str | None = None


def ${words.snake()}_${index}(connection, limit: int = ${10 + random.int(490)}) -> list[dict]:
    """${words.reason()}"""
    rows = connection.execute("select id, ${noun}_count, note from ${noun}s where closed_at is null limit %s", (limit,))
    kept = [row for row in rows if row["${noun}_count"] >= ${random.int(9)}]
    if len(kept) == limit:
        log.warning("more ${noun}s than one page: %d", limit)
    return sorted(kept, key=lambda row: row["id"])
`;
  },
};

const go: Kind = {
  extension: 'go',
  share: 6,
  head: (words, name) =>
    `// Package ${name.replaceAll('-', '')} is about ${words.noun()}s. ${words.reason()}\npackage ${name.replaceAll('-', '')}\n\nimport (\n\t"context"\n\t"fmt"\n)\n`,
  part(words, random, index) {
    const [type, noun] = [`${words.type()}${index}`, words.noun()];
    return `
// ${type} is one row. ${words.reason()}
type ${type} struct {
	ID    string
	Count int
}

// ${type}s reads at most limit rows of ${noun}s.
func ${type}s(ctx context.Context, read func(context.Context, int) ([]${type}, error)) ([]${type}, error) {
	rows, err := read(ctx, ${10 + random.int(490)})
	if err != nil {
		return nil, fmt.Errorf("${noun}s: %w", err)
	}
	kept := rows[:0]
	for _, row := range rows {
		if row.Count >= ${random.int(9)} {
			kept = append(kept, row)
		}
	}
	return kept, nil
}
`;
  },
};

const markdown: Kind = {
  extension: 'md',
  share: 5,
  head: (words, name) => `# ${name}\n\n${words.reason()}\n`,
  part: (words, random, index) =>
    `\n## ${index + 1}. ${words.type()}\n\n${words.reason()} ${words.reason()}\n\n- \`${words.method()}\` runs every ${1 + random.int(59)} minutes.\n- ${words.reason()}\n`,
};

const yaml: Kind = {
  extension: 'yaml',
  share: 4,
  head: (words, name) => `# ${name}: ${words.reason()}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n`,
  part: (words, random, index) =>
    `  # ${words.reason()}\n  ${words.snake()}_${index}: "${random.int(100_000)}"\n  ${words.noun()}-page-${index}: "${random.int(500)}"\n`,
};

const sql: Kind = {
  extension: 'sql',
  share: 3,
  head: (words, name) => `-- ${name}: ${words.reason()}\n`,
  part(words, _random, index) {
    const table = `${words.noun()}_${words.noun()}_${index}`;
    return `\ncreate table ${table} (\n  id uuid primary key,\n  amount integer not null check (amount >= 0),\n  note text,\n  created_at timestamptz not null default now()\n);\n-- ${words.reason()}\ncreate index ${table}_created on ${table} (created_at);\n`;
  },
};

export const kinds: readonly [Kind, ...Kind[]] = [typescript, tests, python, go, markdown, yaml, sql];

/** A whole file of about `bytes`. */
export function fileOf(kind: Kind, name: string, bytes: number, random: Random): string {
  const words = vocabulary(random);
  let text = kind.head(words, name);
  for (let index = 0; text.length < bytes; index += 1) text += kind.part(words, random, index);
  return text + (kind.tail ?? '');
}

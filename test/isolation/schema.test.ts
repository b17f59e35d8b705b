import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { db } from '../../lib/store/tx.ts';
import { Prisma } from '../../prisma/generated/client.ts';
import { person, testStore } from '../support/store.ts';

const t = await testStore();
const schema = await readFile(join(import.meta.dirname, '../../prisma/schema.prisma'), 'utf8');

interface Field {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

const scalars: Readonly<Record<string, string>> = {
  ...{ String: 'text', Int: 'int4', BigInt: 'int8', Float: 'float8', Boolean: 'bool', Json: 'jsonb', Bytes: 'bytea' },
  ...{ 'String @db.Uuid': 'uuid', 'String @db.Text': 'text', 'DateTime @db.Timestamptz(3)': 'timestamptz(3)' },
};

/** Of schema.prisma, in PostgreSQL's words. */
const models = new Map(
  [...schema.matchAll(/^model (\w+) \{\n(.*?)^\}/gms)].map(([, name = '', body = '']) => {
    const fields = [...body.matchAll(/^ {2}(\w+) +(\w+)(\[\])?(\?)?([^\n]*)$/gm)].map(
      ([, field = '', type = '', list, optional, rest = '']): Field => {
        const native = /@db\.[\w()]+/.exec(rest)?.[0];
        const scalar = scalars[native === undefined ? type : `${type} ${native}`] ?? `unknown ${type} ${native}`;
        return { name: field, type: list === undefined ? scalar : `${scalar}[]`, nullable: optional !== undefined };
      },
    );
    const keys = [...body.matchAll(/^ {2}@@(id|unique|index)\(\[([^\]]*)\]/gm)].map(([, kind = '', columns = '']) => {
      const names = columns.split(',').map((column) => column.trim().replace(/\(.*/, ''));
      return kind === 'id' ? `${name}_pkey` : `${[name, ...names].join('_')}_${kind === 'unique' ? 'key' : 'idx'}`;
    });
    return [name, { fields, keys }] as const;
  }),
);

describe('schema.prisma and the migrations agree', () => {
  test('the parser sees every model that the client has', () => {
    expect(new Set(models.keys())).toEqual(new Set(Object.values(Prisma.ModelName)));
    expect(
      [...models.values()].flatMap(({ fields }) => fields.map(({ type }) => type)).filter((type) => type.startsWith('unknown')),
    ).toEqual([]);
  });

  test.each([...models])('%s has these columns, of these types', async (name, { fields }) => {
    const columns = await t.sql<Field>(
      `SELECT attname AS name, replace(format_type(atttypid, atttypmod), 'timestamp(3) with time zone', 'timestamptz(3)') AS type, NOT attnotnull AS nullable
       FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
      [`"${name}"`],
    );
    const words: Readonly<Record<string, string>> = {
      integer: 'int4',
      bigint: 'int8',
      'double precision': 'float8',
      boolean: 'bool',
    };
    const found = columns.map((column) => ({ ...column, type: words[column.type] ?? column.type }));
    const byName = (a: Field, b: Field) => (a.name < b.name ? -1 : 1);
    expect(found.sort(byName)).toEqual([...fields].sort(byName));
  });

  test.each([...models])('%s has these keys and indexes', async (name, { keys }) => {
    const indexes = await t.sql<{ name: string }>(
      `SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'public' AND tablename = $1`,
      [name],
    );
    expect(indexes.map((index) => index.name)).toEqual(expect.arrayContaining(keys));
  });

  test.each([...models])('%s: the client can ask for every field', async (name, { fields }) => {
    const select = Object.fromEntries(fields.map((field) => [field.name, true]));
    const model = name.charAt(0).toLowerCase() + name.slice(1);
    const read = t.store.forUser(person(), async (tx) => {
      const delegate: unknown = Reflect.get(db(tx), model);
      const findMany: unknown = typeof delegate === 'object' && delegate !== null ? Reflect.get(delegate, 'findMany') : undefined;
      if (typeof findMany !== 'function') throw new Error(`the client has no ${model}`);
      return Reflect.apply(findMany, delegate, [{ select }]);
    });
    await expect(read).resolves.toEqual([]);
  });
});

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL's interpolation looks like JavaScript's
import { parse } from '@cdktf/hcl2json';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseHcl } from './hcl.ts';
import { literal, type MapNode, member, type Node, valueAt } from './node.ts';

const only = (text: string): MapNode => {
  const [block] = parseHcl(text);
  if (block === undefined) throw new Error('no block');
  return block.body;
};

/** In the shape of hcl2json, whose marker for an unevaluated expression is `${`. */
function plain(node: Node): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  if (node.kind === 'map') return Object.fromEntries([...node.members].map(([key, entry]) => [key, plain(entry.value)]));
  return node.template ? node.source : '${}';
}

describe('blocks', () => {
  test('a resource has labels, a header and a range that is its text', () => {
    const text = '# first\nresource "aws_s3_bucket" "logs" {\n  bucket = "x"\n}\n';
    const [block] = parseHcl(text);
    expect(block?.labels).toEqual(['aws_s3_bucket', 'logs']);
    expect(text.slice(block?.start, block?.headerEnd)).toBe('resource "aws_s3_bucket" "logs"');
    expect(text.slice(block?.start, block?.end)).toBe('resource "aws_s3_bucket" "logs" {\n  bucket = "x"\n}');
  });

  test('repeated and dynamic blocks gather under one name', () => {
    const body = only(
      'resource "a" "b" {\n ingress {\n  from_port = 1\n }\n dynamic "ingress" {\n  for_each = var.p\n  content {\n   from_port = 2\n   to_port = ingress.value\n  }\n }\n}\n',
    );
    const list = valueAt(body, 'ingress');
    expect(list?.kind === 'list' && list.items.map(plain)).toEqual([{ from_port: 1 }, { from_port: 2, to_port: '${}' }]);
  });

  test('a member knows the place of its text', () => {
    const text = 'resource "a" "b" {\n  storage_encrypted = false # why\n}\n';
    const found = member(only(text), 'storage_encrypted');
    expect(text.slice(found?.start, found?.end)).toBe('storage_encrypted = false');
  });
});

describe('expressions', () => {
  const value = (written: string): Node | undefined => valueAt(only(`a {\n  v = ${written}\n}\n`), 'v');

  test.each([
    ['"a\\tb\\u00e9\\"$${x}"', 'a\tbé"${x}'],
    ['-1.5e2', -150],
    ['true', true],
    ['<<EOF\n  {"a": 1}\nEOF', '  {"a": 1}\n'],
    ['<<-EOF\n    x\n      y\n    EOF', 'x\n  y\n'],
  ])('%s is a literal', (written, expected) => {
    expect(literal(value(written))).toBe(expected);
  });

  test.each([
    'var.x',
    '1 + 1',
    '!true',
    '"${var.x}-y"',
    'var.a ? [1, 2] : [3]',
    '[for s in var.list : upper(s) if s != ""]',
    '{ for k, v in var.m : k => v }',
    'file("${path.module}/policy.json")',
    '[1, 2][0]',
    '("x")',
  ])('%s is left to a plan', (written) => {
    expect(value(written)?.kind).toBe('unresolved');
  });

  test('jsonencode of an object is that object', () => {
    const policy = value('jsonencode({\n    Statement = [{ Action = "*", "Resource" : ["*", aws_s3_bucket.b.arn] }]\n  })');
    expect(policy && plain(policy)).toEqual({ Statement: [{ Action: '*', Resource: ['*', '${}'] }] });
  });

  test('a comment ends no string and a string starts no comment', () => {
    expect(literal(value('"http://x # y" // z'))).toBe('http://x # y');
  });
});

describe('what is not HCL is refused', () => {
  test.each(['a {', 'a "b {\n}\n', 'a {\n x = \n}\n', 'x = <<EOF\nnever\n', '}', 'a {\n x = "\\q"\n}'])('%j', (text) => {
    expect(() => parseHcl(text)).toThrow('expected');
  });

  test.each(['a {\n'.repeat(20_000), `a = ${'['.repeat(20_000)}`, `a = ${'"${'.repeat(20_000)}`, `a = ${'('.repeat(20_000)}`])(
    'nesting without end is an error, not a crash (case %#)',
    (text) => {
      expect(() => parseHcl(text)).toThrow('less nesting');
    },
  );

  test('any text either parses or is refused by name', () => {
    const piece = fc.constantFrom(
      'a',
      ' ',
      '\n',
      '=',
      '"',
      '{',
      '}',
      '[',
      ']',
      '(',
      ')',
      ',',
      '${',
      '<<E\n',
      'E',
      '#',
      '/*',
      '*/',
      '1',
      ':',
      '\\',
    );
    void fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        try {
          parseHcl(pieces.join(''));
        } catch (error) {
          expect(error).toHaveProperty('name', 'HclSyntaxError');
        }
      }),
    );
  });
});

describe('agrees with the reference implementation', () => {
  const word = fc.constantFrom('a', 'bucket', 'x-y', 'enabled');
  const text = fc.stringMatching(/^[a-zA-Z0-9 .:/*_-]{0,12}$/).map((value) => `"${value}"`);
  const leaf = fc.oneof(
    text,
    fc.integer({ min: -99, max: 99 }).map(String),
    fc.constantFrom('true', 'false', 'null', 'var.x', '"${var.x}/y"'),
  );
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
      fc
        .uniqueArray(fc.tuple(word, tie('value')), { selector: ([key]) => key, maxLength: 3 })
        .map((pairs) => `{\n${pairs.map(([key, item]) => `    ${key} = ${item}\n`).join('')}  }`),
    ),
  }));

  test('on generated bodies', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.tuple(word, value), { selector: ([key]) => key, maxLength: 4 }), async (pairs) => {
        const source = `resource "t" "n" {\n${pairs.map(([key, item]) => `  ${key} = ${item} # c\n`).join('')}}\n`;
        const theirs: { resource: { t: { n: unknown[] } } } = JSON.parse(JSON.stringify(await parse('x.tf', source)));
        const normal = JSON.stringify(theirs.resource.t.n[0]).replaceAll('"${var.x}"', '"${}"');
        expect(plain(only(source))).toEqual(JSON.parse(normal));
      }),
      { numRuns: 60 },
    );
  });
});

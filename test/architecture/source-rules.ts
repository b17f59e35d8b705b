/** Rules that no import tells of: read from the syntax tree. */
import ts from 'typescript';
import { isWayOut } from './way-out.ts';

export interface SourceRule {
  readonly name: string;
  /** Paths from the project's root. */
  readonly applies: (path: string) => boolean;
  /** What is wrong, as source text; nothing when the rule holds. */
  readonly find: (source: ts.SourceFile) => readonly string[];
}

const isTest = (path: string): boolean => /\.(test|fixture)\.ts$|\/testing(\/|\.ts$)/.test(path);
const within = (path: string, ...folders: string[]): boolean => folders.some((folder) => path.startsWith(`${folder}/`));

/** Every node for which `test` holds, as text. */
function matches(source: ts.SourceFile, test: (node: ts.Node) => boolean): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (test(node)) found.push(node.getText(source));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const isAccess = (node: ts.Node, object: string, ...members: string[]): boolean =>
  ts.isPropertyAccessExpression(node) &&
  ts.isIdentifier(node.expression) &&
  node.expression.text === object &&
  (members.length === 0 || members.includes(node.name.text));

const isCallOf = (node: ts.Node, ...names: string[]): boolean =>
  ts.isCallExpression(node) && ts.isIdentifier(node.expression) && names.includes(node.expression.text);

/** Anything whose answer depends on when, where or how often it is asked. */
const isImpure = (node: ts.Node): boolean =>
  isAccess(node, 'process') ||
  isAccess(node, 'performance') ||
  isAccess(node, 'Date', 'now') ||
  isAccess(node, 'Math', 'random') ||
  isAccess(node, 'crypto', 'randomUUID', 'getRandomValues') ||
  isCallOf(node, 'fetch', 'setTimeout', 'setInterval', 'randomUUID', 'randomBytes') ||
  (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'Date' && !node.arguments?.length);

export const sourceRules: readonly SourceRule[] = [
  {
    name: 'domain and checks read no clock, no environment, no chance, and no network',
    applies: (path) => within(path, 'lib/domain', 'lib/checks') && !isTest(path),
    find: (source) => matches(source, isImpure),
  },
  {
    name: 'the environment is read in one place',
    applies: (path) => within(path, 'lib', 'functions') && path !== 'lib/runtime/config.ts' && !isTest(path),
    find: (source) => matches(source, (node) => isAccess(node, 'process', 'env')),
  },
  {
    name: 'what users and servers supply is fetched by the guarded network alone',
    // The operator's own signing keys are fetched from an address that the operator set.
    applies: (path) => within(path, 'lib/mcp', 'lib/auth') && path !== 'lib/auth/bounded-fetch.ts' && !isTest(path),
    find: (source) => matches(source, isWayOut),
  },
  {
    name: 'a handler composes, in at most 40 lines',
    applies: (path) => /^functions\/.*\/handler\.ts$/.test(path),
    find: (source) => {
      const lines = source.text.trimEnd().split('\n').length;
      return lines > 40 ? [`${lines} lines`] : [];
    },
  },
  {
    name: 'zod is imported as a namespace: the named import costs five times as much',
    applies: () => true,
    find: (source) =>
      matches(
        source,
        (node) =>
          ts.isImportDeclaration(node) &&
          ts.isStringLiteral(node.moduleSpecifier) &&
          node.moduleSpecifier.text === 'zod' &&
          node.importClause?.namedBindings?.kind !== ts.SyntaxKind.NamespaceImport,
      ),
  },
];

/** The rules that a file breaks. */
export function broken(path: string, text: string): readonly { readonly rule: string; readonly found: readonly string[] }[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return sourceRules
    .filter((rule) => rule.applies(path))
    .map((rule) => ({ rule: rule.name, found: rule.find(source) }))
    .filter(({ found }) => found.length > 0);
}

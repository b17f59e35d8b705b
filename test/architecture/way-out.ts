/** Where a source reaches the network by itself. */
import ts from 'typescript';

const modules = ['http', 'https', 'http2', 'net', 'tls', 'dgram', 'dns', 'dns/promises'].flatMap((name) => [
  name,
  `node:${name}`,
]);
const globals = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'];

/** A module that makes requests, or a global that does; what is given as an argument or an option is somebody else's. */
export function isWayOut(node: ts.Node): boolean {
  if (ts.isStringLiteral(node)) return [...modules, 'undici'].includes(node.text) && isModuleName(node);
  if (!ts.isIdentifier(node) || !globals.includes(node.text)) return false;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return parent.expression.getText() === 'globalThis';
  if (ts.isTypeNode(parent) || ts.isTypeElement(parent)) return false;
  const names = ts.isPropertyAssignment(parent) || ts.isBindingElement(parent) || ts.isMethodDeclaration(parent);
  if (names && (parent.name === node || ('propertyName' in parent && parent.propertyName === node))) return false;
  return !isDeclared(node);
}

const isModuleName = ({ parent }: ts.Node): boolean =>
  ts.isImportDeclaration(parent) ||
  ts.isExportDeclaration(parent) ||
  (ts.isCallExpression(parent) &&
    (parent.expression.kind === ts.SyntaxKind.ImportKeyword || parent.expression.getText() === 'require'));

/** In a scope around it. */
function isDeclared(name: ts.Identifier): boolean {
  for (let scope: ts.Node = name.parent; scope !== undefined; scope = scope.parent) {
    if (declarationsOf(scope).some((binding) => binds(binding, name.text))) return true;
  }
  return false;
}

function declarationsOf(scope: ts.Node): readonly (ts.BindingName | undefined)[] {
  if (ts.isFunctionLike(scope)) return scope.parameters.map((parameter) => parameter.name);
  if (!ts.isBlock(scope) && !ts.isSourceFile(scope)) return [];
  return scope.statements.flatMap((statement) => {
    if (ts.isFunctionDeclaration(statement)) return [statement.name];
    return ts.isVariableStatement(statement) ? statement.declarationList.declarations.map((declared) => declared.name) : [];
  });
}

function binds(binding: ts.BindingName | undefined, name: string): boolean {
  if (binding === undefined) return false;
  if (ts.isIdentifier(binding)) return binding.text === name;
  return binding.elements.some((element) => ts.isBindingElement(element) && binds(element.name, name));
}

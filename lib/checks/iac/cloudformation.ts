/** CloudFormation templates, JSON or YAML with short-form functions, as resources. */
import { json, memberAt, membersOf } from '../parse/json.ts';
import { perFile, type TextFile, UnexpectedShapeError } from '../parse/memo.ts';
import { entries, entry, yamlDocument } from '../parse/yaml.ts';
import { fromJson, fromYaml } from './convert.ts';
import type { MapNode, Member } from './node.ts';
import type { Resource } from './resource.ts';

/** Cheap: a template names at least one resource type of AWS under `Resources`. */
export const looksLikeTemplate = (text: string): boolean => text.includes('AWS::') && text.includes('Resources');

export const cloudformation = perFile('a CloudFormation template', (file): readonly Resource[] =>
  declared(file).flatMap(([name, node]) => resource(name, node, file) ?? []),
);

/** Logical ids with their declarations. */
function declared(file: TextFile): readonly (readonly [string, Member])[] {
  if (file.content.text.trimStart().startsWith('{')) {
    const parsed = json(file);
    if (!parsed.ok) throw new UnexpectedShapeError(parsed.reason);
    return membersOf(memberAt(parsed.value, 'Resources')?.value).map((found) => {
      const { key, start, end, value } = found;
      return [key, { start, end, value: fromJson(value) }];
    });
  }
  const parsed = yamlDocument(file);
  if (!parsed.ok) throw new UnexpectedShapeError(parsed.reason);
  const document = parsed.value;
  return entries(document, entry(document, document.contents, 'Resources')?.value).map((found) => {
    const { key, start, end, value } = found;
    return [key, { start, end, value: fromYaml(document, value, { start, end }) }];
  });
}

function resource(name: string, { value, start, end }: Member, file: TextFile): Resource | null {
  if (value.kind !== 'map') return null;
  const type = value.members.get('Type');
  if (type?.value.kind !== 'scalar' || typeof type.value.value !== 'string') return null;
  const properties = value.members.get('Properties')?.value;
  const empty: MapNode = { kind: 'map', members: new Map(), start: end, end };
  return {
    kind: 'cloudformation',
    type: type.value.value,
    name,
    properties: properties?.kind === 'map' ? properties : empty,
    file,
    range: { start, end },
    header: header(start, name, type),
  };
}

/** Usually the type follows the logical id directly; where it comes late both are cited for themselves. */
function header(start: number, name: string, type: Member): Resource['header'] {
  if (type.end - start < 500) return [{ start, end: type.end }];
  return [{ start, end: start + name.length }, type];
}

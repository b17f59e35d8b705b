/** Kubernetes manifests (several documents per file) and compose files as resources. */
import { perFile, type TextFile, UnexpectedShapeError } from '../parse/memo.ts';
import { entries, entry, scalar, type YamlDocument, yamlDocument, yamlDocuments } from '../parse/yaml.ts';
import { fromYaml } from './convert.ts';
import type { MapNode } from './node.ts';
import type { Resource } from './resource.ts';

/** Cheap: both keys at the start of a line. */
export const looksLikeManifest = (text: string): boolean => /^apiVersion:/m.test(text) && /^kind:/m.test(text);

export const kubernetes = perFile('Kubernetes YAML', (file): readonly Resource[] => {
  const parsed = yamlDocuments(file);
  if (!parsed.ok) throw new UnexpectedShapeError('YAML');
  return parsed.value.flatMap((document, index) => manifest(document, index, file) ?? []);
});

function manifest(document: YamlDocument, index: number, file: TextFile): Resource | null {
  const kind = entry(document, document.contents, 'kind');
  const type = scalar(kind?.value ?? null)?.text;
  const place = rangeOf(document);
  if (kind === null || type === undefined || place === null) return null;
  const name = entry(document, entry(document, document.contents, 'metadata')?.value, 'name');
  const properties = fromYaml(document, document.contents, place);
  if (properties.kind !== 'map') return null;
  const header = name ? [kind, name] : [kind];
  return {
    kind: 'kubernetes',
    type,
    name: scalar(name?.value ?? null)?.text ?? String(index + 1),
    properties,
    file,
    range: place,
    header,
  };
}

const rangeOf = (document: YamlDocument): { start: number; end: number } | null => {
  const range = document.contents?.range;
  return range ? { start: range[0], end: range[1] } : null;
};

export const composeGlobs = ['**/{docker-,podman-,}compose{,.*,-*}.{yaml,yml}'] as const;

/** Each service of a compose file. */
export const compose = perFile('a compose file', (file): readonly Resource[] => {
  const parsed = yamlDocument(file);
  if (!parsed.ok) throw new UnexpectedShapeError('YAML');
  const document = parsed.value;
  return entries(document, entry(document, document.contents, 'services')?.value).map((service): Resource => {
    const range = { start: service.start, end: service.end };
    const node = fromYaml(document, service.value, range);
    const empty: MapNode = { kind: 'map', members: new Map(), ...range };
    const header = [{ start: service.start, end: service.keyEnd }];
    return {
      kind: 'compose',
      type: 'service',
      name: service.key,
      properties: node.kind === 'map' ? node : empty,
      file,
      range,
      header,
    };
  });
});

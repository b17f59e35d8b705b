/** Terraform's native syntax (`*.tf`) as resources: `resource` and `data` blocks. Modules are called elsewhere and stay unseen. */
import { perFile, type TextFile } from '../parse/memo.ts';
import { type Block, parseHcl } from './hcl.ts';
import type { Resource } from './resource.ts';

export const terraform = perFile('Terraform', (file): readonly Resource[] =>
  parseHcl(file.content.text).flatMap((block) => resource(block, file) ?? []),
);

function resource(block: Block, file: TextFile): Resource | null {
  const [type, name] = block.labels;
  if (type === undefined || name === undefined) return null;
  if (block.type !== 'resource' && block.type !== 'data') return null;
  const { start, end, headerEnd, body } = block;
  return {
    kind: 'terraform',
    type: block.type === 'data' ? `data.${type}` : type,
    name,
    properties: body,
    file,
    range: { start, end },
    header: [{ start, end: headerEnd }],
  };
}

import type { RemediationAnswer, RemediationDocument } from '../../../lib/agents/remediation/answer.ts';

/** What is recommended for each, most severe first; findings with the same first step share an item. */
export function remediation({ findings }: RemediationDocument): RemediationAnswer {
  const items = new Map<string, RemediationAnswer['items'][number]>();
  for (const { id, title, recommended } of findings) {
    const [first] = recommended;
    if (first === undefined) continue;
    const known = items.get(first);
    if (known === undefined) items.set(first, { findings: [id], title, steps: [...recommended], effort: 'small' });
    else known.findings.push(id);
  }
  return { items: [...items.values()] };
}

/** What an agent asks a model, read back out of a request: the other side of lib/agents/<agent>/answer.ts. */
import * as z from 'zod';
import type { AssessmentAnswer, AssessmentDocument } from '../../lib/agents/assessment/answer.ts';
import type { ExtractionAnswer, ExtractionDocument } from '../../lib/agents/extraction/answer.ts';
import type { PlanAnswer, PlanDocument } from '../../lib/agents/manager/answer.ts';
import type { RemediationAnswer, RemediationDocument } from '../../lib/agents/remediation/answer.ts';
import type { SectionAnswer, SectionDocument, summaryAnswer } from '../../lib/agents/report/answer.ts';

/** The name of the schema that is asked for. */
export const stages = ['plan', 'extraction', 'assessment', 'section', 'remediation', 'summary'] as const;
export type Stage = (typeof stages)[number];

export interface Documents {
  readonly plan: PlanDocument;
  readonly extraction: ExtractionDocument;
  readonly assessment: AssessmentDocument;
  readonly section: SectionDocument;
  readonly remediation: RemediationDocument;
  readonly summary: SectionDocument;
}

export interface Answers {
  readonly plan: PlanAnswer;
  readonly extraction: ExtractionAnswer;
  readonly assessment: AssessmentAnswer;
  readonly section: SectionAnswer;
  readonly remediation: RemediationAnswer;
  readonly summary: z.infer<typeof summaryAnswer>;
}

type AskedAt<S extends Stage> = { readonly stage: S; readonly document: Documents[S] };
export type Asked = { [S in Stage]: AskedAt<S> }[Stage];

const texts = z.array(z.string());
const titled = z.object({ id: z.string(), title: z.string() });
const figure = z.union([z.string(), z.number(), z.boolean()]);

const plan: z.ZodType<PlanDocument> = z.object({
  framework: z.object({ id: z.string(), title: z.string(), controls: z.array(titled) }),
  sources: z.array(z.object({ name: z.string(), kind: z.string(), capabilities: texts, tools: texts })),
  checks: z.record(z.string(), texts),
  memory: texts,
  limits: z.object({ tasks: z.number(), toolBudget: z.number(), deadlineSeconds: z.number() }),
});
const extraction: z.ZodType<ExtractionDocument> = z.object({
  source: z.string(),
  goal: z.string(),
  controls: z.array(titled),
  tools: z.array(z.object({ name: z.string(), description: z.string(), parameters: z.unknown() })),
  collected: texts,
  seen: z.array(z.object({ tool: z.string(), arguments: z.string(), result: z.string() })),
  memory: texts,
  left: z.object({ turns: z.number(), calls: z.number() }),
});
const assessment: z.ZodType<AssessmentDocument> = z.object({
  group: titled,
  controls: z.array(titled.extend({ checks: z.array(z.object({ id: z.string(), result: z.string(), reason: z.string() })) })),
  exhibits: z.array(z.object({ id: z.string(), source: z.string(), tool: z.string(), arguments: z.string(), text: z.string() })),
});
const section: z.ZodType<SectionDocument> = z.object({
  section: titled.extend({ purpose: z.string() }),
  figures: z.record(z.string(), figure),
  findings: z.array(titled.extend({ severity: z.string(), controls: texts, evidence: texts, figures: texts })),
  evidence: z.array(z.object({ id: z.string(), where: z.string(), says: z.string() })),
});
const remediation: z.ZodType<RemediationDocument> = z.object({
  findings: z.array(
    titled.extend({ severity: z.string(), controls: texts, description: z.string(), recommended: texts, evidence: texts }),
  ),
});

/** Null: the text is no document of this stage. */
export function askedAt(stage: Stage, text: string): Asked | null {
  const document = json(text);
  switch (stage) {
    case 'plan':
      return asked(plan, document, (found) => ({ stage, document: found }));
    case 'extraction':
      return asked(extraction, document, (found) => ({ stage, document: found }));
    case 'assessment':
      return asked(assessment, document, (found) => ({ stage, document: found }));
    case 'remediation':
      return asked(remediation, document, (found) => ({ stage, document: found }));
    case 'section':
    case 'summary':
      return asked(section, document, (found) => ({ stage, document: found }));
  }
}

function asked<D>(schema: z.ZodType<D>, document: unknown, made: (document: D) => Asked): Asked | null {
  const parsed = schema.safeParse(document);
  return parsed.success ? made(parsed.data) : null;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

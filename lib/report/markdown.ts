/** The report as GitHub-flavoured Markdown: the same content as the page, for reading in a repository or a terminal. */
import type { EvidenceItem, Report, ReportFinding } from '../contract/report.ts';
import { bundleCare, kmsKeyCommand, verifyCommand, whereTheKeyIs } from './how-to-verify.ts';
import { visible } from './html/markup.ts';
import { predicateText } from './predicate.ts';
import { oneLine } from './text.ts';
import { piecesOf, placeOf, scoreText, shortHash, statusNames, timeText, type View, viewOf } from './view.ts';

export function renderMarkdown(report: Report): string {
  const view = viewOf(report);
  const parts = [
    ...cover(view),
    '## Coverage by category',
    table(
      ['Category', 'Satisfied', 'Not satisfied', 'Not assessed', 'Not applicable', 'Score (low to high)'],
      view.categories.map(({ id, title, counts, score }) => [
        md(`${id} ${title}`),
        counts.satisfied,
        counts['not-satisfied'],
        counts['not-assessed'],
        counts['not-applicable'],
        scoreText(score),
      ]),
    ),
    '## Findings',
    report.findings.length === 0 ? 'No finding was raised on what was seen.' : '',
    ...report.findings.flatMap((finding, index) => findingParts(view, finding, index + 1)),
    '## What to do first',
    ...report.remediation.map(
      ({ title, steps, effort, priority, findingIds }) =>
        `${priority}. **${md(title)}** (${effort} effort; finding ${findingIds.map(view.findingNumber).join(', ')})\n${steps.map((step) => `   - ${md(step)}`).join('\n')}`,
    ),
    ...report.sections.flatMap(({ title, prose }) => [`## ${md(title)}`, proseText(view, prose)]),
    ...comparison(report),
    '## Every control',
    ...view.categories.flatMap(({ id, title, controls }) => [
      `### ${md(`${id} ${title}`)}`,
      table(
        ['Control', 'Status', 'Why'],
        controls.map((control) => [
          md(`${control.id} ${control.title}`),
          `${statusNames[control.status]}${control.basis === null ? '' : ` (${control.basis})`}`,
          md(control.reason),
        ]),
      ),
    ]),
    ...sight(report),
    '## Register of evidence',
    ...report.evidence.map((item) => evidenceText(view, item)),
    ...verification(report),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function cover({ report, ...rest }: View): string[] {
  const { run, score, coverage, counts } = report;
  const sources = [...new Set(report.population.map(({ source }) => source))];
  const assessed = coverage.satisfied + coverage.notSatisfied;
  const scored =
    score === null
      ? '**No score:** nothing could be assessed.'
      : `**Score ${score.low} to ${score.high}** of 100; it is ${score.value} on the ${assessed} controls that were assessed (${counts.coveragePercent} % of those that apply).`;
  return [
    `# ${md(run.framework.title)}: assessment`,
    `${md(sources.join(', '))}\\\n${run.outcome}, ${timeText(run.startedAt)} to ${timeText(run.endedAt)}, ${run.mode === 'checks' ? 'by checks, without a model' : `by checks and the model ${md(run.model ?? '')}`}`,
    scored,
    table(
      ['Satisfied', 'Not satisfied', 'Not assessed', 'Not applicable'],
      [[coverage.satisfied, coverage.notSatisfied, coverage.notAssessed, coverage.notApplicable]],
    ),
    '## Summary',
    proseText({ report, ...rest }, report.summary),
  ];
}

/** Citations shown with a finding; the register holds all. */
const MAX_SHOWN = 6;

function findingParts(view: View, finding: ReportFinding, number: number): string[] {
  const { severity, title, controlIds, description, recommendation, evidenceIds, origin } = finding;
  return [
    `### ${number}. ${md(title)}`,
    `**${severity}** · controls ${md(controlIds.join(', '))} · raised by ${origin.kind === 'check' ? `check ${md(origin.id)}` : `model ${md(origin.name)}`}`,
    proseText(view, description),
    ...evidenceIds.slice(0, MAX_SHOWN).flatMap((id) => {
      const item = view.evidenceOf(id);
      return item === undefined ? [] : [evidenceText(view, item)];
    }),
    evidenceIds.length > MAX_SHOWN ? `And ${evidenceIds.length - MAX_SHOWN} more in the register of evidence.` : '',
    `**What to do.** ${md(recommendation)}`,
  ];
}

function evidenceText(view: View, item: EvidenceItem): string {
  const label = view.labelOf(item.id);
  if (item.kind === 'population') {
    return `**${label}** ${md(item.statement)} (${md(predicateText(item.predicate))}; counted over ${item.toolCallIds.length} listings, ${timeText(item.collectedAt)})`;
  }
  const call = view.callOf(item.toolCallId);
  return `**${label}** ${md(placeOf(view, call))}, bytes ${item.start}–${item.end} of ${shortHash(item.blobSha256)} (${md(call?.tool ?? '')}, ${timeText(item.collectedAt)})\n\n${fenced(item.quote)}`;
}

function comparison({ comparison: changes }: Report): string[] {
  if (changes === null) return [];
  const { previousRunId, resolved, persisting, regressed } = changes;
  return [
    '## Since the previous run',
    `Compared with run ${previousRunId}: ${changes.new.length} new, ${resolved.length} resolved, ${persisting.length} persisting, ${regressed.length} regressed.`,
  ];
}

const sight = ({ population, gaps, degraded, withheld }: Report): string[] => [
  '## What was and was not seen',
  '### What was listed',
  table(
    ['Source', 'What', 'Count', 'Complete', 'Note'],
    population.map(({ source, what, count, complete, note }) => [
      md(source),
      md(what),
      count,
      complete ? 'yes' : 'no',
      md(note ?? ''),
    ]),
  ),
  '### Gaps',
  table(
    ['Source', 'Step', 'Reason', 'Controls'],
    gaps.map((gap) => [md(gap.source), md(gap.step), md(gap.reason), md(gap.controls.join(', '))]),
  ),
  '### Degraded',
  table(
    ['Step', 'Reason'],
    degraded.map(({ step, reason }) => [md(step), md(reason)]),
  ),
  '### Withheld',
  table(
    ['Statement', 'Reason'],
    withheld.map(({ claim, reason }) => [md(claim), md(reason)]),
  ),
];

const verification = ({ run, seal, counts }: Report): string[] => [
  '## How to verify this report',
  `It rests on ${counts.toolCalls} recorded calls. \`bundle.zip\` beside it holds the report, the ledger of the calls and every cited byte; this checks all of it again, offline, from a checkout of Assay:`,
  `\`\`\`\n${verifyCommand}\n\`\`\``,
  whereTheKeyIs,
  `\`\`\`\n${kmsKeyCommand}\n\`\`\``,
  'Without a key it says that integrity is proven and the signer is not.',
  bundleCare,
  `Run \`${run.id}\`, ${seal.leaves} leaves, root \`${seal.root}\`${seal.keyId === undefined ? ', not signed' : `, signed by ${md(seal.keyId)}`}.`,
];

/** Sentences with the numbers of their evidence. */
function proseText(view: View, prose: Report['summary']): string {
  const pieces = piecesOf(prose).map(({ text, evidenceIds }) => {
    const lines = text.split('\n').map((line) => (line.startsWith('- ') ? `- ${md(line.slice(2))}` : md(line, true)));
    const labels = evidenceIds.map(view.labelOf).filter((label) => label !== '');
    return `${lines.join('\n')}${labels.length === 0 ? '' : ` (${labels.join(', ')})`}`;
  });
  return pieces.join('');
}

/** A table needs a row to be one. */
function table(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  if (rows.length === 0) return 'None.';
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

/**
 * Text that stays text, on one line: whatever Markdown or HTML could read as markup is escaped, addresses are not made links, and
 * plain sentences stay as readable as they were (an underscore or a hash within a word is no markup).
 */
function md(text: string, keepsEdges = false): string {
  const line = keepsEdges ? text.replace(/[\r\n]+/g, ' ') : oneLine(text);
  return visible(line)
    .replace(/[\\`*[\]<>|~&!$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, (character) => `\\${character}`)
    .replace(/:\/\/|\bwww\./gi, (address) => (address.startsWith(':') ? `\\${address}` : address.replace('.', '\\.')))
    .replace(/^(\s*)([#+=-]|\d+(?=[.)]))/, (_, space: string, mark: string) =>
      /\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`,
    );
}

/** The fence is longer than any run of backticks inside. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${visible(text)}\n${fence}`;
}

/** The report as one page that stands alone: no script, nothing remote, readable on screen and on paper. */
import { createHash } from 'node:crypto';
import type { Report } from '../contract/report.ts';
import { callsHtml, comparisonHtml, remediationHtml, sightHtml, verifyHtml } from './html/appendix.ts';
import { controlsHtml, coverageHtml } from './html/controls.ts';
import { coverHtml } from './html/cover.ts';
import { registerHtml } from './html/evidence.ts';
import { findingsHtml } from './html/findings.ts';
import { type Html, html, trusted } from './html/markup.ts';
import { proseHtml } from './html/prose.ts';
import { style } from './html/style.ts';
import { viewOf } from './view.ts';

/** Nothing may load or run; the one style sheet is named by its hash. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;

interface Chapter {
  readonly id: string;
  readonly title: string;
  readonly body: Html | null;
}

export function renderHtml(report: Report): string {
  const view = viewOf(report);
  const chapters: readonly Chapter[] = [
    { id: 'coverage', title: 'Coverage by category', body: coverageHtml(view) },
    { id: 'findings', title: 'Findings', body: findingsHtml(view) },
    { id: 'remediation', title: 'What to do first', body: remediationHtml(view) },
    ...report.sections.map(({ title, prose }, index) => ({ id: `section-${index + 1}`, title, body: proseHtml(view, prose) })),
    { id: 'comparison', title: 'Since the previous run', body: comparisonHtml(view) },
    { id: 'controls', title: 'Every control', body: controlsHtml(view) },
    { id: 'sight', title: 'What was and was not seen', body: sightHtml(view) },
    { id: 'evidence', title: 'Register of evidence', body: registerHtml(view) },
    { id: 'calls', title: 'Calls to the sources', body: callsHtml(view) },
    { id: 'verify', title: 'How to verify this report', body: verifyHtml(view) },
  ];
  const shown = chapters.filter(({ body }) => body !== null);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Assay report: ${report.run.framework.title}, ${report.run.endedAt.slice(0, 10)}</title>
<style>${trusted(style)}</style>
</head>
<body>
<div class="page">
<nav class="contents" aria-label="Contents"><p>Contents</p><ol><li><a href="#top">Cover and summary</a></li>${shown.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ol></nav>
<main>
${coverHtml(view)}
${shown.map(({ id, title, body }) => html`<section class="chapter" id="${id}"><h2>${title}</h2>${body}</section>\n`)}
<footer>Run <code>${report.run.id}</code> · schema ${report.schema} · seal <code>${report.seal.root}</code></footer>
</main>
</div>
</body>
</html>
`;
  return page.markup;
}

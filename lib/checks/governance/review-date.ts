/** When a document says that it was last reviewed. */

interface ReviewDate {
  /** As the document writes it. */
  readonly written: string;
  /** Milliseconds since 1970, UTC midnight. */
  readonly time: number;
  /** Where the date starts. */
  readonly start: number;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const month =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
/** Dates with slashes are left out: which number is the month depends on the country. */
const date = new RegExp(
  `(?<![\\dA-Za-z-])(?:\\d{4}-\\d{2}-\\d{2}|\\d{1,2}(?:st|nd|rd|th)? ${month}\\.? \\d{4}|${month}\\.? \\d{1,2}(?:st|nd|rd|th)?,? \\d{4}|${month} \\d{4})(?![\\d-])`,
  'gi',
);
const about =
  /(?:review(?:ed)?|updated?|revis(?:ed|ion)|modified|approved|adopted|effective|as of|version|date)[^.;|\n]{0,30}[|:]?[^.;\n]{0,15}$/i;
const future = /\b(?:next|due|until|expires?|before)\b[^.;|\n]*[|:]?[^.;\n]{0,15}$/i;

/** The latest date of review, revision or approval that is not after `limit` (milliseconds); null where none is given. */
export function reviewDate(text: string, limit: number): ReviewDate | null {
  let latest: ReviewDate | null = null;
  for (const found of text.matchAll(date)) {
    const start = found.index;
    const before = text.slice(Math.max(text.lastIndexOf('\n', start) + 1, start - 60), start);
    if (!about.test(before) || future.test(before)) continue;
    const time = timeOf(found[0]);
    if (time !== null && time <= limit && (latest === null || time > latest.time)) latest = { written: found[0], time, start };
  }
  return latest;
}

function timeOf(written: string): number | null {
  if (/^\d{4}-/.test(written)) {
    const time = Date.parse(`${written}T00:00:00Z`);
    return Number.isNaN(time) ? null : time;
  }
  const year = Number(/\d{4}$/.exec(written)?.[0]);
  const index = months.indexOf((/[a-z]{3}/i.exec(written.replace(/(?<=\d)(?:st|nd|rd|th)/i, ''))?.[0] ?? '').toLowerCase());
  const day = Number(/\b\d{1,2}(?=\D)/.exec(written)?.[0] ?? 1);
  return index === -1 || day > 31 ? null : Date.UTC(year, index, day);
}

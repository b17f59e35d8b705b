import { answering, type Script } from '../personality.ts';
import { assessment } from './assessment.ts';
import { extraction } from './extraction.ts';
import { plan } from './plan.ts';
import { remediation } from './remediation.ts';
import { section, summary } from './section.ts';

export const goodScript: Script = { plan, extraction, assessment, section, remediation, summary };

/** Reads what it is given, cites it word for word, and asks for no more than it needs. */
export const good = answering(goodScript);

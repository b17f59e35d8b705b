import type { Framework } from '../framework.ts';
import { prepareTheOrganization } from './prepare.ts';
import { produceCode } from './produce-code.ts';
import { produceDesign } from './produce-design.ts';
import { protectTheSoftware } from './protect.ts';
import { respondToVulnerabilities } from './respond.ts';

/**
 * NIST SP 800-218 (February 2022): 4 practice groups, 19 practices, 42 tasks. A practice is our category, a task our control;
 * NIST gives tasks no title, so the title is the task's statement. Numbers that are missing (PW.3, PW.4.3, PW.4.5, PW.5.2)
 * were moved by NIST from version 1.0 to 1.1.
 *
 * SSDF has no weights: they are this project's. 5: without it alone tampered, vulnerable or secret-bearing software ships, or
 * a known weakness stays open. 3: it directs or sustains such safeguards, which decay without it. 1: it prepares or records.
 */
export const nistSsdf11: Framework = {
  id: 'nist-ssdf-1.1',
  version: '1.1',
  title: 'NIST Secure Software Development Framework 1.1 (SP 800-218)',
  publisher: 'National Institute of Standards and Technology',
  licence:
    'Identifiers and titles: a work of the United States Government, not subject to copyright in the United States (17 U.S.C. 105). What a control asks and its evidence: in our own words.',
  groups: [
    { id: 'PO', title: 'Prepare the Organization', categories: prepareTheOrganization },
    { id: 'PS', title: 'Protect the Software', categories: protectTheSoftware },
    { id: 'PW', title: 'Produce Well-Secured Software', categories: [...produceDesign, ...produceCode] },
    { id: 'RV', title: 'Respond to Vulnerabilities', categories: respondToVulnerabilities },
  ],
};

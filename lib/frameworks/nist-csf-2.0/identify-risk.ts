import type { Category } from '../framework.ts';

export const riskAssessment: Category = {
  id: 'ID.RA',
  title: 'Risk Assessment',
  controls: [
    {
      id: 'ID.RA-01',
      title: 'Vulnerabilities in assets are identified, validated, and recorded',
      asks: 'Weaknesses in systems, software and their dependencies are looked for continually, confirmed and written down.',
      evidence:
        'A dependency update bot or scanner that is configured and running, scan results, and a record of what was confirmed.',
      capabilities: ['repository-files'],
      weight: 5,
    },
    {
      id: 'ID.RA-02',
      title: 'Cyber threat intelligence is received from information sharing forums and sources',
      asks: 'The organization follows trustworthy sources on current threats, and what they say reaches those who can act.',
      evidence: 'Subscriptions to advisories or sharing groups, and cases in which a report led to action.',
      capabilities: [],
      weight: 1,
    },
    {
      id: 'ID.RA-03',
      title: 'Internal and external threats to the organization are identified and recorded',
      asks: 'Who might attack, from outside or inside, and by what means, is thought through and written down.',
      evidence: 'A threat model or register that names attackers, paths of attack and the assets they aim at.',
      capabilities: ['repository-files'],
      weight: 3,
    },
    {
      id: 'ID.RA-04',
      title: 'Potential impacts and likelihoods of threats exploiting vulnerabilities are identified and recorded',
      asks: 'For each threat it is recorded how likely it is to succeed and what it would cost.',
      evidence:
        'A threat model or risk register with likelihood and impact of each entry and a review date within the past year.',
      capabilities: ['repository-files'],
      weight: 3,
    },
    {
      id: 'ID.RA-05',
      title:
        'Threats, vulnerabilities, likelihoods, and impacts are used to understand inherent risk and inform risk response prioritization',
      asks: 'What is known of threats, weaknesses and impact is brought together into a risk level, and the order of work follows it.',
      evidence: 'A risk register with risk levels, and a plan of measures in the same order.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'ID.RA-06',
      title: 'Risk responses are chosen, prioritized, planned, tracked, and communicated',
      asks: 'For each risk a response has been decided, by someone allowed to, with an owner and a date, and is followed until done.',
      evidence: 'A treatment plan with decision, owner, due date and state for each risk.',
      capabilities: ['alerts', 'issues'],
      weight: 3,
    },
    {
      id: 'ID.RA-07',
      title: 'Changes and exceptions are managed, assessed for risk impact, recorded, and tracked',
      asks: 'Changes to systems, and permitted departures from the rules, are assessed for risk, approved and recorded; exceptions expire.',
      evidence: 'Change records with risk assessment and approval, and a register of exceptions with expiry dates.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'ID.RA-08',
      title: 'Processes for receiving, analyzing, and responding to vulnerability disclosures are established',
      asks: 'Outsiders who find a weakness can report it, know what to expect, and the report is handled to the end.',
      evidence:
        'A published security policy with a private contact and disclosure times, and reports with how they were handled.',
      capabilities: ['repository-files'],
      weight: 3,
    },
    {
      id: 'ID.RA-09',
      title: 'The authenticity and integrity of hardware and software are assessed prior to acquisition and use',
      asks: 'Before something is used it is made sure that it is genuine and unchanged.',
      evidence:
        'Build actions pinned by commit SHA and base images by digest, verified signatures or provenance of releases, checks on delivery of hardware.',
      capabilities: ['repository-files', 'git-history'],
      weight: 5,
    },
    {
      id: 'ID.RA-10',
      title: 'Critical suppliers are assessed prior to acquisition',
      asks: 'Suppliers that much depends on are assessed on their security before they are chosen.',
      evidence: 'A dated assessment of each critical supplier, from before the purchase.',
      capabilities: [],
      weight: 3,
    },
  ],
};

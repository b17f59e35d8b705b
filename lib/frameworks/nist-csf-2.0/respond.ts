import type { Category } from '../framework.ts';

export const incidentManagement: Category = {
  id: 'RS.MA',
  title: 'Incident Management',
  controls: [
    {
      id: 'RS.MA-01',
      title: 'The incident response plan is executed in coordination with relevant third parties once an incident is declared',
      asks: 'When an incident is declared the plan is followed, someone leads, and the outside parties concerned are brought in.',
      evidence: 'Incident records or exercise reports with leader, times, and steps held against the plan.',
      capabilities: [],
      weight: 5,
    },
    {
      id: 'RS.MA-02',
      title: 'Incident reports are triaged and validated',
      asks: 'Each report is looked at promptly to see whether it is real, concerns security and calls for a response.',
      evidence: 'Reports with time received, first assessment, severity and who made it.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'RS.MA-03',
      title: 'Incidents are categorized and prioritized',
      asks: 'Incidents are sorted by kind and urgency, so that the most harmful is handled first.',
      evidence: 'A severity scale, and incident records that carry category and severity with the reason.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'RS.MA-04',
      title: 'Incidents are escalated or elevated as needed',
      asks: 'An incident that grows, or stalls, is handed up to those who can decide or help.',
      evidence: 'Escalation rules with names and times, and records of an escalation.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'RS.MA-05',
      title: 'The criteria for initiating incident recovery are applied',
      asks: 'It is decided by set criteria when to begin recovery, weighing the harm that recovery itself may do.',
      evidence: 'The criteria, and incident records with the decision to start recovery.',
      capabilities: [],
      weight: 1,
    },
  ],
};

export const incidentAnalysis: Category = {
  id: 'RS.AN',
  title: 'Incident Analysis',
  controls: [
    {
      id: 'RS.AN-03',
      title: 'Analysis is performed to establish what has taken place during an incident and the root cause of the incident',
      asks: 'It is worked out what happened, in what order, to which assets, and which weakness made it possible.',
      evidence: 'Incident reports with a timeline, affected assets and a root cause.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'RS.AN-06',
      title: "Actions performed during an investigation are recorded, and the records' integrity and provenance are preserved",
      asks: 'Everything the investigators do is written down as they do it, in a form that cannot be altered unnoticed.',
      evidence: 'Investigation logs with author and time, in tamper-evident storage.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'RS.AN-07',
      title: 'Incident data and metadata are collected, and their integrity and provenance are preserved',
      asks: 'Data about the incident are secured before they vanish, with where they came from and proof that they are unchanged.',
      evidence: 'Collected evidence with source, time, hash and chain of custody.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'RS.AN-08',
      title: "An incident's magnitude is estimated and validated",
      asks: 'It is checked how far the incident really reached, other systems searched for the same traces included.',
      evidence: 'Searches for the indicators across other systems, and the scope stated with what it rests on.',
      capabilities: [],
      weight: 3,
    },
  ],
};

export const responseCommunication: Category = {
  id: 'RS.CO',
  title: 'Incident Response Reporting and Communication',
  controls: [
    {
      id: 'RS.CO-02',
      title: 'Internal and external stakeholders are notified of incidents',
      asks: 'Those who must be told (customers, regulators, partners, staff) are told, within the times that law and contract set.',
      evidence: 'Notification procedures with deadlines, and notices sent with their times.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'RS.CO-03',
      title: 'Information is shared with designated internal and external stakeholders',
      asks: 'During an incident the agreed parties get the information they need, by the agreed means and with its sensitivity respected.',
      evidence: 'Status reports to leadership, customers or sharing groups, following the agreements with them.',
      capabilities: [],
      weight: 1,
    },
  ],
};

export const incidentMitigation: Category = {
  id: 'RS.MI',
  title: 'Incident Mitigation',
  controls: [
    {
      id: 'RS.MI-01',
      title: 'Incidents are contained',
      asks: 'The attacker is stopped from spreading: accounts blocked, systems isolated, keys withdrawn, quickly and by people who may do so.',
      evidence: 'Containment procedures, and incident or exercise records with the time from detection to containment.',
      capabilities: [],
      weight: 5,
    },
    {
      id: 'RS.MI-02',
      title: 'Incidents are eradicated',
      asks: 'The attacker’s footholds and the weakness that let them in are removed before the system counts as clean.',
      evidence: 'Incident records of what was removed and mended, and how it was verified.',
      capabilities: [],
      weight: 5,
    },
  ],
};

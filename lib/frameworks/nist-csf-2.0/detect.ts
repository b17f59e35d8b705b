import type { Category } from '../framework.ts';

export const continuousMonitoring: Category = {
  id: 'DE.CM',
  title: 'Continuous Monitoring',
  controls: [
    {
      id: 'DE.CM-01',
      title: 'Networks and network services are monitored to find potentially adverse events',
      asks: 'Network traffic and services such as name resolution are watched for signs of attack, against what is normal.',
      evidence: 'Flow logs or intrusion detection that are on for every network, the alerts they raised and who looked at them.',
      capabilities: [],
      weight: 5,
    },
    {
      id: 'DE.CM-02',
      title: 'The physical environment is monitored to find potentially adverse events',
      asks: 'Entry to rooms with equipment is watched, and unusual entry or tampering is noticed.',
      evidence: 'Entry logs that are reviewed, alarms and cameras, or the hosting provider’s audit report covering them.',
      capabilities: [],
      weight: 1,
    },
    {
      id: 'DE.CM-03',
      title: 'Personnel activity and technology usage are monitored to find potentially adverse events',
      asks: 'Unusual use of accounts is noticed: strange times and places, failed sign-ins, access to far more than usual.',
      evidence: 'Alerts on sign-in and access behaviour that are on, with examples of how they were followed up.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'DE.CM-06',
      title: 'External service provider activities and services are monitored to find potentially adverse events',
      asks: 'What providers do in the organization’s systems, and how their services behave, is watched.',
      evidence:
        'Logs of provider access with their review, and monitoring of cloud and hosted services for departures from the expected.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'DE.CM-09',
      title:
        'Computing hardware and software, runtime environments, and their data are monitored to find potentially adverse events',
      asks: 'Servers, endpoints, containers and applications are watched for malware, tampering and changed configuration.',
      evidence:
        'Endpoint or runtime detection with the share of machines covered, integrity alarms, and alerts that were handled.',
      capabilities: [],
      weight: 5,
    },
  ],
};

export const adverseEventAnalysis: Category = {
  id: 'DE.AE',
  title: 'Adverse Event Analysis',
  controls: [
    {
      id: 'DE.AE-02',
      title: 'Potentially adverse events are analyzed to better understand associated activities',
      asks: 'Alerts are examined, by tools and people, until it is understood what happened.',
      evidence: 'Alert queues with the analysis of each case and the time it took.',
      capabilities: ['errors'],
      weight: 3,
    },
    {
      id: 'DE.AE-03',
      title: 'Information is correlated from multiple sources',
      asks: 'Events from different systems are brought together, so that an attack that shows a little in each place is seen whole.',
      evidence: 'A central log store with its list of sources, and correlation rules that are in use.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'DE.AE-04',
      title: 'The estimated impact and scope of adverse events are understood',
      asks: 'For each suspicious event it is estimated how far it reaches and what it may cost, and the estimate is reviewed.',
      evidence: 'Event records with scope and impact, updated as more became known.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'DE.AE-06',
      title: 'Information on adverse events is provided to authorized staff and tools',
      asks: 'What is found reaches the people and tools that must act, at once, and nobody else.',
      evidence: 'Alert routing and on-call rules, tickets opened automatically, and access limits on incident data.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'DE.AE-07',
      title: 'Cyber threat intelligence and other contextual information are integrated into the analysis',
      asks: 'Analysis uses what is known of current attackers, of the organization’s assets and of their weaknesses.',
      evidence: 'Threat feeds, asset data and vulnerability data joined to alerts, with cases in which they mattered.',
      capabilities: [],
      weight: 1,
    },
    {
      id: 'DE.AE-08',
      title: 'Incidents are declared when adverse events meet the defined incident criteria',
      asks: 'It is written when an event becomes an incident, and the criteria are applied.',
      evidence: 'Incident criteria, and event records that show them applied, false alarms included.',
      capabilities: [],
      weight: 5,
    },
  ],
};

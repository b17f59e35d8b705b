import type { Category } from '../framework.ts';

export const recoveryPlanExecution: Category = {
  id: 'RC.RP',
  title: 'Incident Recovery Plan Execution',
  controls: [
    {
      id: 'RC.RP-01',
      title: 'The recovery portion of the incident response plan is executed once initiated from the incident response process',
      asks: 'When recovery is begun the planned steps are carried out by people who know their part.',
      evidence: 'Records of a recovery or drill held against the plan, with times reached against times set.',
      capabilities: [],
      weight: 5,
    },
    {
      id: 'RC.RP-02',
      title: 'Recovery actions are selected, scoped, prioritized, and performed',
      asks: 'What is restored, in which order and how far, is chosen by what the organization needs most, and done.',
      evidence: 'A recovery log with the order of systems, the reasons and the times.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'RC.RP-03',
      title: 'The integrity of backups and other restoration assets is verified before using them for restoration',
      asks: 'Backups and images are checked for tampering and completeness before anything is restored from them.',
      evidence: 'Verification steps in the recovery procedure, and records of checks before a restore or drill.',
      capabilities: [],
      weight: 5,
    },
    {
      id: 'RC.RP-04',
      title:
        'Critical mission functions and cybersecurity risk management are considered to establish post-incident operational norms',
      asks: 'After an incident it is decided what normal operation now means, with the needs of the organization and the new risk in view.',
      evidence: 'A decision on the state to return to, approved by the system owners, with changes to monitoring or access.',
      capabilities: [],
      weight: 1,
    },
    {
      id: 'RC.RP-05',
      title:
        'The integrity of restored assets is verified, systems and services are restored, and normal operating status is confirmed',
      asks: 'What was restored is checked to be clean, complete and working before it counts as back.',
      evidence: 'Checks after restoration with their results, and the owner’s confirmation.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'RC.RP-06',
      title: 'The end of incident recovery is declared based on criteria, and incident-related documentation is completed',
      asks: 'Recovery ends by decision when set criteria are met, and a report of the whole incident is written.',
      evidence: 'The closing criteria, the declaration, and a report with what was learned.',
      capabilities: [],
      weight: 1,
    },
  ],
};

export const recoveryCommunication: Category = {
  id: 'RC.CO',
  title: 'Incident Recovery Communication',
  controls: [
    {
      id: 'RC.CO-03',
      title:
        'Recovery activities and progress in restoring operational capabilities are communicated to designated internal and external stakeholders',
      asks: 'Leadership, users and partners are kept informed of how far restoration has come, as agreed beforehand.',
      evidence: 'Progress reports during a recovery or drill, with recipients and times.',
      capabilities: [],
      weight: 1,
    },
    {
      id: 'RC.CO-04',
      title: 'Public updates on incident recovery are shared using approved methods and messaging',
      asks: 'What is said in public about the recovery is approved first and goes out through the settled channels.',
      evidence: 'A communication plan with approvers and channels, and published updates that followed it.',
      capabilities: [],
      weight: 1,
    },
  ],
};

import type { Category } from '../framework.ts';

export const rolesAndResponsibilities: Category = {
  id: 'GV.RR',
  title: 'Roles, Responsibilities, and Authorities',
  controls: [
    {
      id: 'GV.RR-01',
      title:
        'Organizational leadership is responsible and accountable for cybersecurity risk and fosters a culture that is risk-aware, ethical, and continually improving',
      asks: 'A named leader answers for cybersecurity risk, and leadership shows by what it says and funds that raising a problem is welcome.',
      evidence: 'A charter or job description naming the accountable leader, and minutes in which leadership discusses security.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'GV.RR-02',
      title:
        'Roles, responsibilities, and authorities related to cybersecurity risk management are established, communicated, understood, and enforced',
      asks: 'For every security duty it is written who does it and who may decide, and the tools hold people to it.',
      evidence:
        'A responsibility matrix; for software, a code-owners file that assigns the build pipeline and the infrastructure definitions to named reviewers.',
      capabilities: ['repository-files'],
      weight: 3,
    },
    {
      id: 'GV.RR-03',
      title:
        'Adequate resources are allocated commensurate with the cybersecurity risk strategy, roles, responsibilities, and policies',
      asks: 'The people, time and money given to security match the strategy that was agreed, and this is looked at regularly.',
      evidence: 'A budget and staffing plan set against the risk strategy, with a record of its review.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'GV.RR-04',
      title: 'Cybersecurity is included in human resources practices',
      asks: 'Hiring, changing role and leaving each include their security steps: screening, obligations, training, and access taken away on time.',
      evidence: 'Joiner, mover and leaver checklists, and a sample of leavers with the time from leaving to access removed.',
      capabilities: [],
      weight: 3,
    },
  ],
};

export const policy: Category = {
  id: 'GV.PO',
  title: 'Policy',
  controls: [
    {
      id: 'GV.PO-01',
      title:
        'Policy for managing cybersecurity risks is established based on organizational context, cybersecurity strategy, and priorities and is communicated and enforced',
      asks: 'There is an approved security policy that fits this organization, the people bound by it have been told, and breaches have consequences.',
      evidence: 'The policy with its approval and date, proof that staff acknowledged it, and how it is enforced.',
      capabilities: ['repository-files'],
      weight: 3,
    },
    {
      id: 'GV.PO-02',
      title:
        'Policy for managing cybersecurity risks is reviewed, updated, communicated, and enforced to reflect changes in requirements, threats, technology, and organizational mission',
      asks: 'The policy is kept current: it is reviewed at a set interval and after significant changes, and people learn of what changed.',
      evidence: 'A review date within the past year, a history of changes with their reasons, and notices of them.',
      capabilities: ['repository-files'],
      weight: 3,
    },
  ],
};

export const oversight: Category = {
  id: 'GV.OV',
  title: 'Oversight',
  controls: [
    {
      id: 'GV.OV-01',
      title: 'Cybersecurity risk management strategy outcomes are reviewed to inform and adjust strategy and direction',
      asks: 'Leaders look at what the risk strategy has achieved and change course where it has not helped.',
      evidence: 'Minutes of a strategy review with results considered and decisions taken.',
      capabilities: [],
      weight: 1,
    },
    {
      id: 'GV.OV-02',
      title:
        'The cybersecurity risk management strategy is reviewed and adjusted to ensure coverage of organizational requirements and risks',
      asks: 'Audit results and incidents are used to ask whether the strategy still covers every requirement and risk, and gaps are closed.',
      evidence: 'A review that lists audit findings and incidents, and the changes to the strategy that came of it.',
      capabilities: [],
      weight: 1,
    },
    {
      id: 'GV.OV-03',
      title: 'Organizational cybersecurity risk management performance is evaluated and reviewed for adjustments needed',
      asks: 'How well security risk is managed is measured with indicators that leaders see and act on.',
      evidence: 'Performance and risk indicators over time, reported to leadership, with actions where a target was missed.',
      capabilities: [],
      weight: 1,
    },
  ],
};

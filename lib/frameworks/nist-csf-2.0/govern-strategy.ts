import type { Category } from '../framework.ts';

export const organizationalContext: Category = {
  id: 'GV.OC',
  title: 'Organizational Context',
  controls: [
    {
      id: 'GV.OC-01',
      title: 'The organizational mission is understood and informs cybersecurity risk management',
      asks: 'Whoever decides about cybersecurity risk knows what the organization exists to do, and ranks risks by what would stop it doing so.',
      evidence: 'A mission or service strategy, and a risk assessment or plan that refers to it when it ranks systems.',
      capabilities: [],
      weight: 1,
    },
    {
      id: 'GV.OC-02',
      title:
        'Internal and external stakeholders are understood, and their needs and expectations regarding cybersecurity risk management are understood and considered',
      asks: 'The people and bodies with a stake in security (customers, staff, owners, regulators) are named, and what they expect is weighed in decisions.',
      evidence: 'A stakeholder list with the expectations of each, and minutes or plans in which they were weighed.',
      capabilities: [],
      weight: 1,
    },
    {
      id: 'GV.OC-03',
      title:
        'Legal, regulatory, and contractual requirements regarding cybersecurity - including privacy and civil liberties obligations - are understood and managed',
      asks: 'The laws, regulations, licences and contracts that bind the organization on security and privacy are known, and someone sees that they are met.',
      evidence:
        'A register of obligations with owners and review dates; for software, a licence file and a record of the terms that third-party code is used under.',
      capabilities: ['repository-files'],
      weight: 3,
    },
    {
      id: 'GV.OC-04',
      title:
        'Critical objectives, capabilities, and services that external stakeholders depend on or expect from the organization are understood and communicated',
      asks: 'It is settled which services outsiders rely on, how critical each is, and how soon it must be back after an outage; those who run them know.',
      evidence:
        'A business impact analysis or service catalogue with criticality and recovery objectives, sent to the operating teams.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'GV.OC-05',
      title: 'Outcomes, capabilities, and services that the organization depends on are understood and communicated',
      asks: 'The outside services and facilities that the organization itself cannot work without are listed, with the ones that would be single points of failure.',
      evidence:
        'An inventory of external dependencies that names the business function each supports and what happens when it fails.',
      capabilities: [],
      weight: 3,
    },
  ],
};

export const riskManagementStrategy: Category = {
  id: 'GV.RM',
  title: 'Risk Management Strategy',
  controls: [
    {
      id: 'GV.RM-01',
      title: 'Risk management objectives are established and agreed to by organizational stakeholders',
      asks: 'There are stated, measurable aims for managing cybersecurity risk, and the leaders concerned have agreed to them.',
      evidence: 'Dated objectives with measures, approved by named leaders, revisited at least yearly.',
      capabilities: [],
      weight: 1,
    },
    {
      id: 'GV.RM-02',
      title: 'Risk appetite and risk tolerance statements are established, communicated, and maintained',
      asks: 'Leadership has said how much risk it will accept, in terms specific enough that a team can tell whether a given risk is inside the limit.',
      evidence:
        'An approved risk appetite statement and measurable tolerances, with the date of the last review and how they were made known.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'GV.RM-03',
      title: 'Cybersecurity risk management activities and outcomes are included in enterprise risk management processes',
      asks: 'Cybersecurity risks are added up and weighed together with financial, legal and operational ones, not in a register of their own that nobody else sees.',
      evidence: 'Cybersecurity entries in the enterprise risk register, and reports of them to those who manage enterprise risk.',
      capabilities: [],
      weight: 1,
    },
    {
      id: 'GV.RM-04',
      title: 'Strategic direction that describes appropriate risk response options is established and communicated',
      asks: 'Teams are told when a risk may be accepted, must be reduced, should be transferred (for instance insured) or is to be avoided, and who may decide it.',
      evidence: 'Written criteria for accepting, mitigating, transferring and avoiding risk, with the authority needed for each.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'GV.RM-05',
      title:
        'Lines of communication across the organization are established for cybersecurity risks, including risks from suppliers and other third parties',
      asks: 'It is settled how news of a cybersecurity risk, a supplier’s included, travels between teams and up to leadership, and how often.',
      evidence: 'A reporting scheme with names, channels and intervals, and examples of risk reports that followed it.',
      capabilities: [],
      weight: 1,
    },
    {
      id: 'GV.RM-06',
      title:
        'A standardized method for calculating, documenting, categorizing, and prioritizing cybersecurity risks is established and communicated',
      asks: 'Everyone scores and records risks in the same way, so that two assessments can be compared and ranked.',
      evidence: 'A documented scoring method with a register template, and assessments by different teams that use it.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'GV.RM-07',
      title:
        'Strategic opportunities (i.e., positive risks) are characterized and are included in organizational cybersecurity risk discussions',
      asks: 'Discussions of risk also record the upside: what could be gained by taking, or by no longer avoiding, a risk.',
      evidence: 'Risk discussions or analyses that record opportunities beside threats.',
      capabilities: [],
      weight: 1,
    },
  ],
};

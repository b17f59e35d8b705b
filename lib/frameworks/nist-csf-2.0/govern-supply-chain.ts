import type { Category } from '../framework.ts';

export const supplyChain: Category = {
  id: 'GV.SC',
  title: 'Cybersecurity Supply Chain Risk Management',
  controls: [
    {
      id: 'GV.SC-01',
      title:
        'A cybersecurity supply chain risk management program, strategy, objectives, policies, and processes are established and agreed to by organizational stakeholders',
      asks: 'There is an agreed way of managing the risk that suppliers and acquired technology bring, with aims, rules and someone who runs it.',
      evidence: 'A supply chain risk policy or programme document, approved, with milestones and an owner.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'GV.SC-02',
      title:
        'Cybersecurity roles and responsibilities for suppliers, customers, and partners are established, communicated, and coordinated internally and externally',
      asks: 'For each shared service it is settled which side does which security task, and both sides know.',
      evidence: 'Shared-responsibility matrices or contract clauses, and named contacts on both sides.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'GV.SC-03',
      title:
        'Cybersecurity supply chain risk management is integrated into cybersecurity and enterprise risk management, risk assessment, and improvement processes',
      asks: 'Supplier risks go through the same assessment, register and improvement work as every other risk.',
      evidence: 'Supplier entries in the risk register, assessed by the common method and with planned actions.',
      capabilities: [],
      weight: 1,
    },
    {
      id: 'GV.SC-04',
      title: 'Suppliers are known and prioritized by criticality',
      asks: 'All suppliers are listed and ranked by how much harm their failure or compromise would do.',
      evidence: 'A supplier inventory with a criticality rating and the criteria behind it.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'GV.SC-05',
      title:
        'Requirements to address cybersecurity risks in supply chains are established, prioritized, and integrated into contracts and other types of agreements with suppliers and other relevant third parties',
      asks: 'What is demanded of suppliers on security depends on how critical they are, and is written into the agreements with them.',
      evidence: 'Standard security clauses by supplier tier, and signed agreements that contain them.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'GV.SC-06',
      title:
        'Planning and due diligence are performed to reduce risks before entering into formal supplier or other third-party relationships',
      asks: 'A supplier is examined in proportion to the risk before anything is signed or put to use.',
      evidence: 'Due-diligence records (questionnaires, audit reports, their evaluation) dated before the agreement.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'GV.SC-07',
      title:
        'The risks posed by a supplier, their products and services, and other third parties are understood, recorded, prioritized, assessed, responded to, and monitored over the course of the relationship',
      asks: 'The risk of each supplier and acquired component is tracked for as long as it is used, so that one that turns bad, or is replaced by a look-alike, is noticed.',
      evidence:
        'Periodic supplier reassessments; for software, lockfiles that record where each package came from and its integrity hash, with no unexpected source.',
      capabilities: ['repository-files'],
      weight: 5,
    },
    {
      id: 'GV.SC-08',
      title: 'Relevant suppliers and other third parties are included in incident planning, response, and recovery activities',
      asks: 'Plans for incidents say when and how critical suppliers are brought in, and they take part in exercises.',
      evidence: 'Supplier contacts and duties in the incident plan, and exercise records that include suppliers.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'GV.SC-09',
      title:
        'Supply chain security practices are integrated into cybersecurity and enterprise risk management programs, and their performance is monitored throughout the technology product and service life cycle',
      asks: 'The origin and integrity of acquired technology are looked after from purchase to disposal, and it is measured whether the practices work.',
      evidence: 'Provenance records for acquired products, authorised-source rules, and measures reported to leadership.',
      capabilities: [],
      weight: 1,
    },
    {
      id: 'GV.SC-10',
      title:
        'Cybersecurity supply chain risk management plans include provisions for activities that occur after the conclusion of a partnership or service agreement',
      asks: 'It is planned how a supplier relationship ends: access withdrawn, data returned or destroyed, the component replaced.',
      evidence: 'Exit clauses or off-boarding checklists, and the record of one that was carried out.',
      capabilities: [],
      weight: 1,
    },
  ],
};

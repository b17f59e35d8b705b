import type { Category } from '../framework.ts';

export const respondToVulnerabilities: readonly Category[] = [
  {
    id: 'RV.1',
    title: 'Identify and Confirm Vulnerabilities on an Ongoing Basis',
    controls: [
      {
        id: 'RV.1.1',
        title:
          'Gather information from software acquirers, users, and public sources on potential vulnerabilities in the software and third-party components that the software uses, and investigate all credible reports.',
        asks: 'News of weaknesses in the software and its components reaches the team by itself, and every credible report is looked into.',
        evidence: 'A dependency update bot or advisory alerts that are configured, and reports with how they were investigated.',
        capabilities: ['repository-files'],
        weight: 5,
      },
      {
        id: 'RV.1.2',
        title:
          "Review, analyze, and/or test the software's code to identify or confirm the presence of previously undetected vulnerabilities.",
        asks: 'Released code is examined again as new kinds of weakness become known.',
        evidence: 'Scheduled analysis of the released branch, not only of changes, and its results.',
        capabilities: ['repository-files'],
        weight: 3,
      },
      {
        id: 'RV.1.3',
        title:
          'Have a policy that addresses vulnerability disclosure and remediation, and implement the roles, responsibilities, and processes needed to support that policy.',
        asks: 'There is a published way to report weaknesses, with times for answer and repair, and people who handle reports.',
        evidence:
          'A security policy with a private contact and disclosure times, and an incident plan with roles and a recent review.',
        capabilities: ['repository-files'],
        weight: 5,
      },
    ],
  },
  {
    id: 'RV.2',
    title: 'Assess, Prioritize, and Remediate Vulnerabilities',
    controls: [
      {
        id: 'RV.2.1',
        title:
          'Analyze each vulnerability to gather sufficient information about risk to plan its remediation or other risk response.',
        asks: 'Each weakness is examined for how it can be used, what it would cost and whom it concerns, before it is decided what to do.',
        evidence: 'Vulnerability records with severity, exploitability, affected versions and the reasoning.',
        capabilities: ['errors'],
        weight: 3,
      },
      {
        id: 'RV.2.2',
        title: 'Plan and implement risk responses for vulnerabilities.',
        asks: 'For each weakness a response is chosen and carried out in time, and users get the fix or a way around.',
        evidence: 'Fix times by severity against a target, published advisories, and releases that contain the fixes.',
        capabilities: ['alerts', 'issues'],
        weight: 5,
      },
    ],
  },
  {
    id: 'RV.3',
    title: 'Analyze Vulnerabilities to Identify Their Root Causes',
    controls: [
      {
        id: 'RV.3.1',
        title: 'Analyze identified vulnerabilities to determine their root causes.',
        asks: 'It is asked of each weakness how it came about, and the answer is recorded.',
        evidence: 'Root causes recorded with the fixed vulnerabilities.',
        capabilities: [],
        weight: 3,
      },
      {
        id: 'RV.3.2',
        title:
          'Analyze the root causes over time to identify patterns, such as a particular secure coding practice not being followed consistently.',
        asks: 'Causes are compared over time to find what goes wrong again and again.',
        evidence: 'A periodic analysis of causes by kind, with its conclusions.',
        capabilities: [],
        weight: 1,
      },
      {
        id: 'RV.3.3',
        title:
          'Review the software for similar vulnerabilities to eradicate a class of vulnerabilities, and proactively fix them rather than waiting for external reports.',
        asks: 'When one weakness is found, the rest of the code is searched for others like it.',
        evidence: 'Fixes of the same kind in other places, or an analysis rule or test added that finds the whole class.',
        capabilities: [],
        weight: 3,
      },
      {
        id: 'RV.3.4',
        title:
          'Review the SDLC process, and update it if appropriate to prevent (or reduce the likelihood of) the root cause recurring in updates to the software or in new software that is created.',
        asks: 'The way of working is changed so that the same cause does not produce the next weakness.',
        evidence: 'Changes to rules, training, tools or checks that name the vulnerability they come from.',
        capabilities: [],
        weight: 3,
      },
    ],
  },
];

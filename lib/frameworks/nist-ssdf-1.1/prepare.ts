import type { Category } from '../framework.ts';

export const prepareTheOrganization: readonly Category[] = [
  {
    id: 'PO.1',
    title: 'Define Security Requirements for Software Development',
    controls: [
      {
        id: 'PO.1.1',
        title:
          "Identify and document all security requirements for the organization's software development infrastructures and processes, and maintain the requirements over time.",
        asks: 'What development machines, pipelines and processes must fulfil for security is written down and reviewed at least yearly.',
        evidence:
          'A development security policy with a review date within the past year, covering machines, pipelines and third-party code.',
        capabilities: ['repository-files'],
        weight: 3,
      },
      {
        id: 'PO.1.2',
        title:
          'Identify and document all security requirements for organization-developed software to meet, and maintain the requirements over time.',
        asks: 'What the software itself must fulfil for security is written down and kept current.',
        evidence:
          'Security requirements for the product, or a standard that it adopts, with their history and handling of exceptions.',
        capabilities: ['repository-files'],
        weight: 3,
      },
      {
        id: 'PO.1.3',
        title:
          "Communicate requirements to all third parties who will provide commercial software components to the organization for reuse by the organization's own software.",
        asks: 'Suppliers of commercial components are told what security is required of them, and it is part of the agreement.',
        evidence: 'Security clauses in component contracts, and suppliers’ attestations.',
        capabilities: [],
        weight: 1,
      },
    ],
  },
  {
    id: 'PO.2',
    title: 'Implement Roles and Responsibilities',
    controls: [
      {
        id: 'PO.2.1',
        title:
          'Create new roles and alter responsibilities for existing roles as needed to encompass all parts of the SDLC. Periodically review and maintain the defined roles and responsibilities, updating them as needed.',
        asks: 'Every part of making the software has people responsible for its security, and the assignment is kept current.',
        evidence:
          'A code-owners file or responsibility matrix that covers the build pipeline and the infrastructure definitions.',
        capabilities: ['repository-files'],
        weight: 3,
      },
      {
        id: 'PO.2.2',
        title:
          'Provide role-based training for all personnel with responsibilities that contribute to secure development. Periodically review personnel proficiency and role-based training, and update the training as needed.',
        asks: 'Everyone who contributes is trained in secure development for the role they have, and the training follows need.',
        evidence: 'A training plan by role, completion records, and the last review of the plan.',
        capabilities: [],
        weight: 3,
      },
      {
        id: 'PO.2.3',
        title:
          'Obtain upper management or authorizing official commitment to secure development, and convey that commitment to all with development-related roles and responsibilities.',
        asks: 'Leadership stands behind secure development, and the developers know it.',
        evidence: 'A named executive for secure development, and the statement or policy sent to developers.',
        capabilities: [],
        weight: 1,
      },
    ],
  },
  {
    id: 'PO.3',
    title: 'Implement Supporting Toolchains',
    controls: [
      {
        id: 'PO.3.1',
        title:
          'Specify which tools or tool types must or should be included in each toolchain to mitigate identified risks, as well as how the toolchain components are to be integrated with each other.',
        asks: 'It is settled which tools a project uses to build, check and test, against which risks, and how they fit together.',
        evidence: 'Tool versions pinned in the project, build workflows that call them, and a page that says why they are used.',
        capabilities: ['repository-files'],
        weight: 3,
      },
      {
        id: 'PO.3.2',
        title: 'Follow recommended security practices to deploy, operate, and maintain tools and toolchains.',
        asks: 'The tools are themselves chosen, verified, updated, restricted and watched, because they can change everything that is built.',
        evidence:
          'Build actions and images pinned and updated by a bot, restricted pipeline permissions, reproducible or verified builds.',
        capabilities: ['repository-files'],
        weight: 5,
      },
      {
        id: 'PO.3.3',
        title:
          'Configure tools to generate artifacts of their support of secure software development practices as defined by the organization.',
        asks: 'The tools leave a record of the security work they did, and the record is kept.',
        evidence: 'Workflows that keep test and analysis results, bills of materials or provenance, with their retention.',
        capabilities: ['repository-files'],
        weight: 1,
      },
    ],
  },
  {
    id: 'PO.4',
    title: 'Define and Use Criteria for Software Security Checks',
    controls: [
      {
        id: 'PO.4.1',
        title: 'Define criteria for software security checks and track throughout the SDLC.',
        asks: 'It is written what a change must pass before it is accepted, and every change is held to it.',
        evidence: 'Workflows that run tests and checks on every pull request, and the criteria they enforce.',
        capabilities: ['repository-files'],
        weight: 3,
      },
      {
        id: 'PO.4.2',
        title:
          'Implement processes, mechanisms, etc. to gather and safeguard the necessary information in support of the criteria.',
        asks: 'The results that a decision to release rests on are collected automatically and cannot be altered by those being judged.',
        evidence: 'Check results stored by the build system, with access rights and retention.',
        capabilities: ['repository-files'],
        weight: 1,
      },
    ],
  },
  {
    id: 'PO.5',
    title: 'Implement and Maintain Secure Environments for Software Development',
    controls: [
      {
        id: 'PO.5.1',
        title: 'Separate and protect each environment involved in software development.',
        asks: 'Development, build, test and release environments are kept apart, each with the least access, and what happens in them is logged.',
        evidence:
          'Restricted workflow tokens, no workflow that runs strangers’ code with secrets or on own runners, short-lived cloud credentials, logging.',
        capabilities: ['repository-files', 'repository-settings', 'cloud-configuration'],
        weight: 5,
      },
      {
        id: 'PO.5.2',
        title:
          'Secure and harden development endpoints (i.e., endpoints for software designers, developers, testers, builders, etc.) to perform development-related tasks using a risk-based approach.',
        asks: 'Developers’ machines are hardened and watched, and secrets on them do not find their way into the repository.',
        evidence:
          'Machine management records; a secret scan before commit, ignore rules for secret files, no tracked private key.',
        capabilities: ['repository-files'],
        weight: 5,
      },
    ],
  },
];

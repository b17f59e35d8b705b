import type { Category } from '../framework.ts';

/** PW.5 to PW.9: writing, building, examining and configuring the code. */
export const produceCode: readonly Category[] = [
  {
    id: 'PW.5',
    title: 'Create Source Code by Adhering to Secure Coding Practices',
    controls: [
      {
        id: 'PW.5.1',
        title:
          "Follow all secure coding practices that are appropriate to the development languages and environment to meet the organization's requirements.",
        asks: 'The code avoids the known dangerous constructs of its language and handles input, errors, secrets and cryptography safely.',
        evidence:
          'Source without secrets, dynamic evaluation, string-built queries, weak cryptography or disabled certificate checks; coding rules enforced by a linter.',
        capabilities: ['repository-files', 'alerts'],
        weight: 5,
      },
    ],
  },
  {
    id: 'PW.6',
    title: 'Configure the Compilation, Interpreter, and Build Processes to Improve Executable Security',
    controls: [
      {
        id: 'PW.6.1',
        title: 'Use compiler, interpreter, and build tools that offer features to improve executable security.',
        asks: 'Compilers, interpreters and build tools are current and offer protections against common flaws.',
        evidence: 'Pinned, supported versions of compiler, runtime and build tools.',
        capabilities: ['repository-files'],
        weight: 1,
      },
      {
        id: 'PW.6.2',
        title:
          'Determine which compiler, interpreter, and build tool features should be used and how each should be configured, then implement and use the approved configurations.',
        asks: 'Those protections are switched on, in configuration that all builds share.',
        evidence: 'Compiler and build settings in the repository: strict checking, warnings as errors, hardening flags.',
        capabilities: ['repository-files'],
        weight: 3,
      },
    ],
  },
  {
    id: 'PW.7',
    title:
      'Review and/or Analyze Human-Readable Code to Identify Vulnerabilities and Verify Compliance with Security Requirements',
    controls: [
      {
        id: 'PW.7.1',
        title:
          'Determine whether code review (a person looks directly at the code to find issues) and/or code analysis (tools are used to find issues in code, either in a fully automated way or in conjunction with a person) should be used, as defined by the organization.',
        asks: 'It is decided which changes a person reviews and which a tool analyses, and the history shows that this is followed.',
        evidence:
          'Contribution rules that require review, and a history in which changes arrive by pull request and are merged by someone else.',
        capabilities: ['repository-files', 'git-history', 'repository-settings'],
        weight: 3,
      },
      {
        id: 'PW.7.2',
        title:
          "Perform the code review and/or code analysis based on the organization's secure coding standards, and record and triage all discovered issues and recommended remediations in the development team's workflow or issue tracking system.",
        asks: 'Review and analysis are carried out against the coding rules, and what they find is recorded and dealt with.',
        evidence: 'Static analysis configured to run on changes, its results, and the issues opened from them.',
        capabilities: ['repository-files', 'alerts'],
        weight: 5,
      },
    ],
  },
  {
    id: 'PW.8',
    title: 'Test Executable Code to Identify Vulnerabilities and Verify Compliance with Security Requirements',
    controls: [
      {
        id: 'PW.8.1',
        title:
          'Determine whether executable code testing should be performed to find vulnerabilities not identified by previous reviews, analysis, or testing and, if so, which types of testing should be used.',
        asks: 'It is decided which kinds of tests (unit, integration, fuzzing, penetration) the software needs to find what reading does not.',
        evidence: 'A test strategy that names the kinds of tests with the risks they address, and test folders that match it.',
        capabilities: ['repository-files'],
        weight: 1,
      },
      {
        id: 'PW.8.2',
        title:
          "Scope the testing, design the tests, perform the testing, and document the results, including recording and triaging all discovered issues and recommended remediations in the development team's workflow or issue tracking system.",
        asks: 'The tests are written, run on every change, and their results recorded and acted upon.',
        evidence: 'Workflows that run the tests on pull requests, and results that can be looked up.',
        capabilities: ['repository-files', 'repository-settings'],
        weight: 5,
      },
    ],
  },
  {
    id: 'PW.9',
    title: 'Configure Software to Have Secure Settings by Default',
    controls: [
      {
        id: 'PW.9.1',
        title:
          'Define a secure baseline by determining how to configure each setting that has an effect on security or a security-related setting so that the default settings are secure and do not weaken the security functions provided by the platform, network infrastructure, or services.',
        asks: 'For every setting that touches security the safe value is determined, and it is the default.',
        evidence:
          'Containers as an ordinary user, encryption, TLS, restricted access and backups on in infrastructure code, no permissive cross-origin or debug default.',
        capabilities: ['repository-files', 'cloud-configuration'],
        weight: 5,
      },
      {
        id: 'PW.9.2',
        title:
          'Implement the default settings (or groups of default settings, if applicable), and document each setting for software administrators.',
        asks: 'The safe defaults are what is shipped, and administrators can read what each setting does.',
        evidence:
          'A configuration reference or commented template that lists every setting, its default and its effect on security.',
        capabilities: ['repository-files'],
        weight: 1,
      },
    ],
  },
];

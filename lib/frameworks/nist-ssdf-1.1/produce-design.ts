import type { Category } from '../framework.ts';

/** PW.1 to PW.4: what is settled before code is written. */
export const produceDesign: readonly Category[] = [
  {
    id: 'PW.1',
    title: 'Design Software to Meet Security Requirements and Mitigate Security Risks',
    controls: [
      {
        id: 'PW.1.1',
        title:
          'Use forms of risk modeling - such as threat modeling, attack modeling, or attack surface mapping - to help assess the security risk for the software.',
        asks: 'How the software could be attacked is thought through in a structured way, and the design answers it.',
        evidence: 'A threat model of this software, with a review date within the past year, naming each threat and its defence.',
        capabilities: ['repository-files'],
        weight: 5,
      },
      {
        id: 'PW.1.2',
        title: "Track and maintain the software's security requirements, risks, and design decisions.",
        asks: 'Security requirements, accepted risks and the reasons for design decisions can be looked up, and follow the software as it changes.',
        evidence:
          'Decision records, a list of risks with their treatment, and requirements traced to the code or tests that meet them.',
        capabilities: ['repository-files'],
        weight: 3,
      },
      {
        id: 'PW.1.3',
        title:
          'Where appropriate, build in support for using standardized security features and services (e.g., enabling software to integrate with existing log management, identity management, access control, and vulnerability management systems) instead of creating proprietary implementations of security features and services.',
        asks: 'Sign-in, logging, cryptography and the like come from established services and libraries, not from own inventions.',
        evidence: 'Dependencies and code that use a standard identity provider, logging system and cryptographic library.',
        capabilities: ['repository-files'],
        weight: 3,
      },
    ],
  },
  {
    id: 'PW.2',
    title: 'Review the Software Design to Verify Compliance with Security Requirements and Risk Information',
    controls: [
      {
        id: 'PW.2.1',
        title:
          'Have 1) a qualified person (or people) who were not involved with the design and/or 2) automated processes instantiated in the toolchain review the software design to confirm and enforce that it meets all of the security requirements and satisfactorily addresses the identified risk information.',
        asks: 'Somebody who did not make the design, or a tool, checks it against the security requirements and the threat model.',
        evidence: 'Design review records with reviewer, findings and what was done about them; automated architecture rules.',
        capabilities: [],
        weight: 3,
      },
    ],
  },
  {
    id: 'PW.4',
    title: 'Reuse Existing, Well-Secured Software When Feasible Instead of Duplicating Functionality',
    controls: [
      {
        id: 'PW.4.1',
        title:
          "Acquire and maintain well-secured software components (e.g., software libraries, modules, middleware, frameworks) from commercial, open-source, and other third-party developers for use by the organization's software.",
        asks: 'Third-party components are chosen with care, come from the expected source unchanged, and are kept current.',
        evidence: 'Lockfiles in step with manifests and with integrity hashes, pinned build actions and base images.',
        capabilities: ['repository-files'],
        weight: 5,
      },
      {
        id: 'PW.4.2',
        title:
          'Create and maintain well-secured software components in-house following SDLC processes to meet common internal software development needs that cannot be better met by third-party software components.',
        asks: 'Components that are shared inside the organization are made and maintained by the same rules as products.',
        evidence: 'An internal package registry or library, whose repositories pass the same checks.',
        capabilities: [],
        weight: 1,
      },
      {
        id: 'PW.4.4',
        title:
          'Verify that acquired commercial, open-source, and all other third-party software components comply with the requirements, as defined by the organization, throughout their life cycles.',
        asks: 'Components in use are checked for known weaknesses, licence and continued support for as long as they are used.',
        evidence:
          'Scans of components with handling of the results, and runtimes and components still supported by their makers.',
        capabilities: ['repository-files', 'alerts'],
        weight: 5,
      },
    ],
  },
];

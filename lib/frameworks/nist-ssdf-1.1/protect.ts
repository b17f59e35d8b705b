import type { Category } from '../framework.ts';

export const protectTheSoftware: readonly Category[] = [
  {
    id: 'PS.1',
    title: 'Protect All Forms of Code from Unauthorized Access and Tampering',
    controls: [
      {
        id: 'PS.1.1',
        title:
          'Store all forms of code - including source code, executable code, and configuration-as-code - based on the principle of least privilege so that only authorized personnel, tools, services, etc. have access.',
        asks: 'Only those who may can read or change code, and each change can be traced to whoever made it.',
        evidence:
          'Repository permissions and branch protection, signed commits, and no binaries in the source tree that nobody can review.',
        capabilities: ['repository-files', 'git-history', 'repository-settings'],
        weight: 5,
      },
    ],
  },
  {
    id: 'PS.2',
    title: 'Provide a Mechanism for Verifying Software Release Integrity',
    controls: [
      {
        id: 'PS.2.1',
        title: 'Make software integrity verification information available to software acquirers.',
        asks: 'Whoever obtains a release can check that it is genuine and unchanged.',
        evidence: 'A release workflow that signs artifacts or attests their provenance, published hashes, signed tags.',
        capabilities: ['repository-files', 'git-history'],
        weight: 3,
      },
    ],
  },
  {
    id: 'PS.3',
    title: 'Archive and Protect Each Software Release',
    controls: [
      {
        id: 'PS.3.1',
        title:
          'Securely archive the necessary files and supporting data (e.g., integrity verification information, provenance data) to be retained for each software release.',
        asks: 'What is needed to examine or rebuild any past release is kept and protected.',
        evidence: 'Tagged releases with a changelog, and release artifacts in storage that cannot be overwritten.',
        capabilities: ['repository-files', 'git-history'],
        weight: 3,
      },
      {
        id: 'PS.3.2',
        title:
          'Collect, safeguard, maintain, and share provenance data for all components of each software release (e.g., in a software bill of materials [SBOM]).',
        asks: 'For each release it is recorded, and can be told to users, which components are in it and where they came from.',
        evidence: 'A bill of materials generated for each release, in a standard format, available to users.',
        capabilities: ['repository-files'],
        weight: 3,
      },
    ],
  },
];

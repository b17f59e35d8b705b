import type { Category } from '../framework.ts';

export const dataSecurity: Category = {
  id: 'PR.DS',
  title: 'Data Security',
  controls: [
    {
      id: 'PR.DS-01',
      title: 'The confidentiality, integrity, and availability of data-at-rest are protected',
      asks: 'Stored data cannot be read or altered by whoever gets hold of the storage, and private keys are not stored beside what they protect.',
      evidence:
        'Encryption at rest declared for databases, disks and buckets; sound algorithms; no private key or .env file in the repository.',
      capabilities: ['repository-files', 'cloud-configuration'],
      weight: 5,
    },
    {
      id: 'PR.DS-02',
      title: 'The confidentiality, integrity, and availability of data-in-transit are protected',
      asks: 'Data on the way between systems are encrypted to a current standard, and each side verifies whom it talks to.',
      evidence: 'A minimum TLS version on every endpoint, no plain HTTP, no code that switches certificate verification off.',
      capabilities: ['repository-files'],
      weight: 5,
    },
    {
      id: 'PR.DS-10',
      title: 'The confidentiality, integrity, and availability of data-in-use are protected',
      asks: 'Data being processed are kept from other programs and users on the same machine, and removed from memory and temporary files when done.',
      evidence: 'Isolation between tenants and processes, tests that prove it, and handling of temporary files and memory dumps.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'PR.DS-11',
      title: 'Backups of data are created, protected, maintained, and tested',
      asks: 'Data are backed up as often as their loss would hurt, the copies are out of an attacker’s reach, and restoring has been tried.',
      evidence: 'Backup retention or point-in-time recovery declared for each store, and dated restore tests.',
      capabilities: ['repository-files'],
      weight: 5,
    },
  ],
};

export const platformSecurity: Category = {
  id: 'PR.PS',
  title: 'Platform Security',
  controls: [
    {
      id: 'PR.PS-01',
      title: 'Configuration management practices are established and applied',
      asks: 'Systems are set up from a hardened, reviewed configuration, and departures from it are found and corrected.',
      evidence:
        'Containers that run as an ordinary user, debug modes and permissive cross-origin rules off, baselines kept as code.',
      capabilities: ['repository-files'],
      weight: 5,
    },
    {
      id: 'PR.PS-02',
      title: 'Software is maintained, replaced, and removed commensurate with risk',
      asks: 'Software is patched in time, replaced before support ends and removed when unused; what changed in each version can be seen.',
      evidence: 'Patch times measured against a target, tagged releases with a changelog, a list of software removed.',
      capabilities: ['repository-files', 'git-history'],
      weight: 5,
    },
    {
      id: 'PR.PS-03',
      title: 'Hardware is maintained, replaced, and removed commensurate with risk',
      asks: 'Equipment is kept in support, replaced when it lacks needed protections, and disposed of without leaving data behind.',
      evidence: 'A replacement plan with support dates, and certificates of disposal.',
      capabilities: [],
      weight: 1,
    },
    {
      id: 'PR.PS-04',
      title: 'Log records are generated and made available for continuous monitoring',
      asks: 'Systems record what is needed to notice and reconstruct an attack, for long enough, where those who watch can search it.',
      evidence:
        'Access and audit logging declared for each service with a retention time, and a central place where the logs arrive.',
      capabilities: ['repository-files', 'cloud-configuration'],
      weight: 5,
    },
    {
      id: 'PR.PS-05',
      title: 'Installation and execution of unauthorized software are prevented',
      asks: 'Only approved software runs; what nobody can inspect does not slip in.',
      evidence:
        'Allow-lists or restricted installation rights on machines; no compiled binary in the source tree that cannot be reviewed.',
      capabilities: ['repository-files'],
      weight: 3,
    },
    {
      id: 'PR.PS-06',
      title:
        'Secure software development practices are integrated, and their performance is monitored throughout the software development life cycle',
      asks: 'Security is part of how software is made: changes are reviewed and tested before merging, code is analysed, and the build itself is protected.',
      evidence:
        'Workflows that test and analyse every pull request, no injection path in them, a history in which changes are reviewed by someone else.',
      capabilities: ['repository-files', 'git-history', 'repository-settings'],
      weight: 5,
    },
  ],
};

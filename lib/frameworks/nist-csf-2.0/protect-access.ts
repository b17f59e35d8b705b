import type { Category } from '../framework.ts';

export const accessControl: Category = {
  id: 'PR.AA',
  title: 'Identity Management, Authentication, and Access Control',
  controls: [
    {
      id: 'PR.AA-01',
      title: 'Identities and credentials for authorized users, services, and hardware are managed by the organization',
      asks: 'Accounts, keys and certificates of people, services and devices are issued, rotated and withdrawn under control, and none lies about in files.',
      evidence:
        'No secret in tracked files, a secret scan before commit, short-lived federated credentials in build workflows, a record of issue and revocation.',
      capabilities: ['repository-files', 'alerts', 'cloud-configuration'],
      weight: 5,
    },
    {
      id: 'PR.AA-02',
      title: 'Identities are proofed and bound to credentials based on the context of interactions',
      asks: 'Before a person gets a credential it is verified who they are, as strictly as the use demands, and each credential belongs to one person.',
      evidence: 'Identity checks at onboarding, and a directory without shared accounts.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'PR.AA-03',
      title: 'Users, services, and hardware are authenticated',
      asks: 'Nobody and nothing gets in without proving its identity, with more than one factor where the risk calls for it.',
      evidence:
        'Sign-in settings that require multi-factor authentication, with the list of accounts covered and of those exempt.',
      capabilities: ['repository-settings', 'cloud-configuration'],
      weight: 5,
    },
    {
      id: 'PR.AA-04',
      title: 'Identity assertions are protected, conveyed, and verified',
      asks: 'A statement that something comes from a given identity (a sign-on token, a signature) cannot be forged, and whoever relies on it checks it.',
      evidence: 'Token verification of issuer, audience and expiry; commits and tags with signatures that verify.',
      capabilities: ['git-history'],
      weight: 3,
    },
    {
      id: 'PR.AA-05',
      title:
        'Access permissions, entitlements, and authorizations are defined in a policy, managed, enforced, and reviewed, and incorporate the principles of least privilege and separation of duties',
      asks: 'People and programs have the access their task needs and no more, no one can both make and approve a critical change, and access is reviewed.',
      evidence:
        'Build tokens restricted to what each job needs, access policies without wildcards, dated access reviews with what was withdrawn.',
      capabilities: ['repository-files', 'repository-settings'],
      weight: 5,
    },
    {
      id: 'PR.AA-06',
      title: 'Physical access to assets is managed, monitored, and enforced commensurate with risk',
      asks: 'Only those who need to can reach equipment and rooms, and entry is recorded.',
      evidence: 'Access lists and entry logs of offices and server rooms, or the hosting provider’s audit report covering them.',
      capabilities: [],
      weight: 3,
    },
  ],
};

export const awarenessAndTraining: Category = {
  id: 'PR.AT',
  title: 'Awareness and Training',
  controls: [
    {
      id: 'PR.AT-01',
      title:
        'Personnel are provided with awareness and training so that they possess the knowledge and skills to perform general tasks with cybersecurity risks in mind',
      asks: 'Everybody learns, on joining and regularly after, to recognise attacks on themselves and to handle data and credentials safely.',
      evidence: 'Training records with dates and completion rate, and results of tests or simulated phishing.',
      capabilities: [],
      weight: 3,
    },
    {
      id: 'PR.AT-02',
      title:
        'Individuals in specialized roles are provided with awareness and training so that they possess the knowledge and skills to perform relevant tasks with cybersecurity risks in mind',
      asks: 'Those with particular powers or duties (administrators, developers, finance, leaders) are trained for the risks of that role.',
      evidence: 'A list of such roles with the training each needs, and completion records.',
      capabilities: [],
      weight: 3,
    },
  ],
};

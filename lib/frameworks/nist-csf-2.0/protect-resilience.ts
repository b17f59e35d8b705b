import type { Category } from '../framework.ts';

export const infrastructureResilience: Category = {
  id: 'PR.IR',
  title: 'Technology Infrastructure Resilience',
  controls: [
    {
      id: 'PR.IR-01',
      title: 'Networks and environments are protected from unauthorized logical access and usage',
      asks: 'Networks are divided, only what must be reachable from outside is, and development, test and production are kept apart.',
      evidence:
        'No database, bucket or administrative port open to the internet in infrastructure code, and no self-hosted build runner that strangers’ code can use.',
      capabilities: ['repository-files', 'cloud-configuration'],
      weight: 5,
    },
    {
      id: 'PR.IR-02',
      title: "The organization's technology assets are protected from environmental threats",
      asks: 'Equipment is protected from fire, water, heat and power failure, by the organization or by whoever hosts it.',
      evidence: 'Inspection records of own sites, or the hosting provider’s audit report covering environmental protection.',
      capabilities: [],
      weight: 1,
    },
    {
      id: 'PR.IR-03',
      title: 'Mechanisms are implemented to achieve resilience requirements in normal and adverse situations',
      asks: 'No single failure takes a critical service down: there is redundancy, load is spread, and failing parts are replaced without help.',
      evidence: 'Several zones or replicas declared in infrastructure code, and failover tests with dates and results.',
      capabilities: ['repository-files'],
      weight: 3,
    },
    {
      id: 'PR.IR-04',
      title: 'Adequate resource capacity to ensure availability is maintained',
      asks: 'Capacity is watched and planned ahead, so that growth or a flood of requests does not stop the service.',
      evidence: 'Scaling limits and quotas declared in infrastructure code, utilisation trends, load-test results.',
      capabilities: ['repository-files'],
      weight: 3,
    },
  ],
};

import type { Framework } from '../framework.ts';
import { adverseEventAnalysis, continuousMonitoring } from './detect.ts';
import { oversight, policy, rolesAndResponsibilities } from './govern-oversight.ts';
import { organizationalContext, riskManagementStrategy } from './govern-strategy.ts';
import { supplyChain } from './govern-supply-chain.ts';
import { assetManagement, improvement } from './identify-assets.ts';
import { riskAssessment } from './identify-risk.ts';
import { accessControl, awarenessAndTraining } from './protect-access.ts';
import { dataSecurity, platformSecurity } from './protect-platform.ts';
import { infrastructureResilience } from './protect-resilience.ts';
import { recoveryCommunication, recoveryPlanExecution } from './recover.ts';
import { incidentAnalysis, incidentManagement, incidentMitigation, responseCommunication } from './respond.ts';

/**
 * NIST CSWP 29 (February 2024): 6 functions, 22 categories, 106 subcategories, in the order of the publication.
 * Numbers that are missing (ID.AM-06, DE.CM-04, ...) were withdrawn by NIST from version 1.1 to 2.0.
 *
 * CSF has no weights: they are this project's. 5: without it alone an attacker gets in or stays unseen, or the organization
 * cannot respond or recover. 3: it directs or sustains such safeguards, which decay without it. 1: it supplies context,
 * coordination or communication, or concerns premises and equipment that a provider usually runs.
 */
export const nistCsf20: Framework = {
  id: 'nist-csf-2.0',
  version: '2.0',
  title: 'NIST Cybersecurity Framework 2.0',
  publisher: 'National Institute of Standards and Technology',
  licence:
    'Identifiers and titles: a work of the United States Government, not subject to copyright in the United States (17 U.S.C. 105). What a control asks and its evidence: in our own words.',
  groups: [
    {
      id: 'GV',
      title: 'Govern',
      categories: [organizationalContext, riskManagementStrategy, rolesAndResponsibilities, policy, oversight, supplyChain],
    },
    { id: 'ID', title: 'Identify', categories: [assetManagement, riskAssessment, improvement] },
    {
      id: 'PR',
      title: 'Protect',
      categories: [accessControl, awarenessAndTraining, dataSecurity, platformSecurity, infrastructureResilience],
    },
    { id: 'DE', title: 'Detect', categories: [continuousMonitoring, adverseEventAnalysis] },
    {
      id: 'RS',
      title: 'Respond',
      categories: [incidentManagement, incidentAnalysis, responseCommunication, incidentMitigation],
    },
    { id: 'RC', title: 'Recover', categories: [recoveryPlanExecution, recoveryCommunication] },
  ],
};

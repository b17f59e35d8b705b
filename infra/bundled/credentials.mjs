/**
 * Stands for the AWS SDK's chain of credential providers in bundles. In Lambda its first link answers, with the role's credentials
 * from the environment; the others (profiles, single sign-on, web identity, instance metadata) are 0.1 MB in each function.
 */
import { fromEnv } from '../../node_modules/@aws-sdk/credential-provider-env/dist-es/index.js';

/** As the clients ask for it, and as the signer of database passwords does. */
export const defaultProvider = fromEnv;
export const fromNodeProviderChain = fromEnv;

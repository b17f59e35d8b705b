import { IssuerMismatchError, OAuthError, RegistrationRejectedError } from '@modelcontextprotocol/client';
import { NetworkRefused } from '../../net/errors.ts';
import { isNetworkError } from '../failure.ts';
import { type OAuthProblem, OAuthRefused, shownCode } from './errors.ts';

export interface Doing {
  readonly problem: OAuthProblem;
  /** `naming its endpoints`: completes "auth.example.com failed at …". */
  readonly what: string;
  readonly host: string;
  /** The caller's: its reason is thrown as it is. */
  readonly signal: AbortSignal;
}

/** What went wrong, in words for a person. @throws OAuthRefused, or the reason of the caller's signal; nothing else */
export function refuse(error: unknown, { problem, what, host, signal }: Doing): never {
  if (error instanceof OAuthRefused) throw error;
  signal.throwIfAborted();
  const because = (reason: OAuthProblem, message: string): OAuthRefused => new OAuthRefused(reason, message, { cause: error });
  const network = causes(error).find((cause) => cause instanceof NetworkRefused);
  if (network !== undefined) throw because('unsafe', `${host} failed at ${what}: ${network.message}`);
  if (error instanceof IssuerMismatchError)
    throw because('issuer', `${host} speaks for another issuer than the one it was asked as`);
  if (error instanceof RegistrationRejectedError) {
    throw because(
      'registration',
      `${host} does not let this program register itself (HTTP ${error.status}); give a client id of yours`,
    );
  }
  if (error instanceof OAuthError) throw because(problem, `${host} refused ${what} (${shownCode(error.code)})`);
  if (causes(error).some((cause) => cause instanceof Error && cause.name === 'TimeoutError')) {
    throw because(problem, `${host} did not answer ${what} in time`);
  }
  if (causes(error).some(isNetworkError)) throw because(problem, `${host} could not be reached for ${what}`);
  throw because(problem, `${host} did not answer ${what} as OAuth asks`);
}

/** The error, its cause, and so on; of several tries of one connect the first. */
function causes(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const below = error.cause ?? (error instanceof AggregateError ? error.errors[0] : undefined);
  return [error, ...causes(below)];
}

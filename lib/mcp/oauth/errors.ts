export type OAuthProblem =
  | 'discovery'
  | 'unsafe'
  | 'unsupported'
  | 'registration'
  | 'state'
  | 'issuer'
  | 'denied'
  | 'exchange'
  | 'ended';

/** An authorisation that was not begun, not finished or not renewed. The message is for a person; of what a server wrote it repeats hosts and error codes alone. */
export class OAuthRefused extends Error {
  override readonly name = 'OAuthRefused';
  readonly problem: OAuthProblem;
  constructor(problem: OAuthProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

/** OAuth's error codes are words (RFC 6749, 4.1.2.1 and 5.2); anything else is text of a stranger, which is not repeated. */
export const shownCode = (code: string): string => (/^[a-z][a-z_]{0,39}$/.test(code) ? code : 'an error');

/** Signing in to RDS without a password: a token of the role that the function runs under, good for 15 minutes and for one user. */
import { Signer } from '@aws-sdk/rds-signer';

/** Signed on this machine, no request is made: cheap enough for every connection. Host, port and user are those of the URL. */
export function iamPassword(url: string, region: string): () => Promise<string> {
  const { hostname, port, username } = new URL(url);
  const signer = new Signer({ hostname, port: Number(port || 5432), username: decodeURIComponent(username), region });
  return () => signer.getAuthToken();
}

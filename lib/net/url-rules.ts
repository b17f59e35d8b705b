import { isLiteral, isPublicAddress } from './address.ts';
import { NetworkRefused } from './errors.ts';

/**
 * What a URL alone tells, before any lookup. `ownHosts` are refused with everything below them: a request from inside to our own
 * door would carry the trust of where it comes from.
 * @throws NetworkRefused
 */
export function refuseUnsafeUrl(url: URL, ownHosts: readonly string[]): void {
  if (url.protocol !== 'https:') throw new NetworkRefused('scheme', `${url.origin} is not https`);
  if (url.username || url.password)
    throw new NetworkRefused('credentials-in-url', `${url.host} carries credentials in its address`);
  const host = withoutDots(url.hostname);
  // undici never calls connect.lookup for literals, so they are judged here.
  if (isLiteral(host) && !isPublicAddress(host)) {
    throw new NetworkRefused('address', `${url.hostname} is not a public address`);
  }
  if (ownHosts.map(withoutDots).some((own) => host === own || host.endsWith(`.${own}`)))
    throw new NetworkRefused('own-host', `${url.hostname} is this service itself`);
}

/** `example.com.` is `example.com` to a resolver. A URL's host is lower-case already. */
const withoutDots = (host: string): string => host.toLowerCase().replace(/\.+$/, '');

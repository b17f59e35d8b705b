/**
 * Takes a connection's own credentials out of what its server says of itself and of its refusals. Careless servers repeat the
 * headers that they refuse, and those words reach reports, events and people who were never given the credential. Results of
 * tools are evidence and stay as they came.
 */
export type CredentialFree = (text: string) => string;

/** Shorter values are settings rather than secrets, and occur in any text by chance. */
const MIN_LENGTH = 8;
const INSTEAD = '[credential]';

/** Credentials are the values of headers, with and without their scheme (`Bearer …`), and of the address's query. */
export function credentialFree({
  headers,
  url,
}: {
  readonly headers: Readonly<Record<string, string>>;
  readonly url: string;
}): CredentialFree {
  const given = [
    ...Object.values(headers).flatMap((value) => [value, value.replace(/^\S+\s+/, '')]),
    ...new URL(url).searchParams.values(),
  ];
  const written = given
    .filter((value) => value.length >= MIN_LENGTH)
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]);
  // The longest first: what is part of another would leave the rest of it standing.
  const secrets = [...new Set(written)].sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((said, secret) => said.replaceAll(secret, INSTEAD), text);
}

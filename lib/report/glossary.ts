/**
 * Capitalised words that name no thing of the assessed system: standards, formats, products and roles that a sentence about
 * practice needs. They are not counted as invented names; numbers, identifiers and dates never come from here. Lower case.
 */
const terms = `
  ai api apis arn asvs aws azure bash bom c2pa cd ci cis cli codeowners codeql cors cpu cra crypto csf css csv cve cves cvss cwe
  cyclonedx db dependabot des dns docker dockerfile dockerfiles dos ec2 ecb ecdsa ed25519 eol gcm gcp gdpr git github gitlab go gpg
  hcl hipaa hmac hsts html http https i18n iac iam id ids ip iso ir java javascript jenkins jobs json jwt kms kubernetes lambda
  license licence linux macos makefile maven mcp md5 mfa mit mtls nist no node npm oauth oidc os oscal owasp pci pdf pem pii pip pnpm
  podman postgresql pr prs python rbac rc4 readme redis renovate rest rsa ruby rust s3 saml sarif sast sbom sca sdk security semgrep
  semver sftp sha sha1 sha256 sha512 sigstore slsa smtp soc spdx sql ssdf ssh ssl sso supabase tcp tdes terraform tls toml totp tsc
  typescript udp ui unix uri uris url urls utc utf-8 uuid vm vpc vpn waf windows xml xss yaml yarn yml zip
  assay i english monday tuesday wednesday thursday friday saturday sunday
`;
const words: ReadonlySet<string> = new Set(terms.split(/\s+/).filter((term) => term !== ''));

/** Abbreviations and pairs that look like identifiers and are none. */
const idioms: ReadonlySet<string> = new Set([
  'and/or',
  'e.g',
  'i.e',
  'n/a',
  'vs',
  'etc',
  'yes/no',
  'true/false',
  'read/write',
  'input/output',
]);

export const isGeneralTerm = (word: string): boolean => words.has(word.toLowerCase());
export const isIdiom = (word: string): boolean => idioms.has(word.toLowerCase());

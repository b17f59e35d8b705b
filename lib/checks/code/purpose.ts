/**
 * What a digest is for, told by the names around it. MD5 and SHA-1 are broken for passwords, tokens and signatures, and fine for
 * an ETag; where the names say neither, a person has to.
 */
type Purpose = 'security' | 'checksum' | 'unclear';

const security =
  /pass(?:word|wd|phrase|code)|\bpwd\b|secret|credential|token|signature|\bsign(?:ed|ing)?\b|session|api_?key|private_?key|auth(?!or)|login|\botp\b|csrf|nonce|salt/i;
const checksum =
  /e_?tag|checksum|cache|finger_?print|dedup|content|file|chunk|asset|integrity|revision|version|gravatar|avatar|colou?r|shard|bucket|partition|thumb|hash_?code|uuid|websocket|258EAFA5|git_?object|blob/i;

/** `names`: identifiers and text around the call, joined. camelCase is split, so that "resign" is not "sign". */
export function purposeOf(names: string): Purpose {
  const words = names.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/_/g, ' ');
  const joined = `${words} ${names}`;
  if (security.test(joined)) return 'security';
  return checksum.test(joined) ? 'checksum' : 'unclear';
}

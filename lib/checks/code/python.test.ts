import { describe, expect, test } from 'vitest';
import type { RepositoryCheck } from '../check.ts';
import { judge } from '../testing.ts';
import { exposure } from './exposure.ts';
import { injection } from './injection.ts';
import { mask } from './python.ts';
import { tlsVerification } from './tls-verification.ts';
import { weakCryptography } from './weak-cryptography.ts';

const outcome = async (check: RepositoryCheck, text: string, path = 'app/a.py') => {
  const { results } = await judge(check, { [path]: text });
  return results[path] ?? `repository ${results['repository']}`;
};
const nothing = 'repository pass';

describe('Python by lines', () => {
  test.each<[RepositoryCheck, string, string]>([
    [tlsVerification, 'import requests\nrequests.get(url, verify=False)\n', 'fail'],
    [tlsVerification, 'from app import jwt\njwt.decode(t, verify=False)\n', nothing],
    [tlsVerification, 'import requests\n# verify=False\nprint("verify=False")\n', nothing],
    [tlsVerification, 'context = ssl._create_unverified_context()\n', 'fail'],
    [weakCryptography, 'def hash_password(p):\n    return hashlib.md5(p).hexdigest()\n', 'fail'],
    [weakCryptography, 'etag = hashlib.md5(body).hexdigest()\n', 'pass'],
    [weakCryptography, 'x = hashlib.sha1(b, usedforsecurity=False)\n', 'pass'],
    [weakCryptography, 'x = hashlib.sha1(b)\n', 'unknown'],
    [weakCryptography, 'c = AES.new(key, AES.MODE_ECB)\n', 'fail'],
    [injection, 'eval(request.args["x"])\n', 'fail'],
    [injection, 'ast.literal_eval(x)\nmodel.eval()\n', nothing],
    [injection, 'cur.execute(f"SELECT * FROM a WHERE b = {b}")\n', 'fail'],
    [injection, 'cur.execute(f"SELECT * FROM {TABLE}")\n', nothing],
    [injection, 'cur.execute(f"SELECT * FROM {table_name}")\n', 'unknown'],
    [injection, 'cur.execute("SELECT * FROM a WHERE b = %s" % b)\n', 'fail'],
    [injection, 'cur.execute("SELECT * FROM a WHERE b = %s", (b,))\n', nothing],
    [exposure, 'app.run(host="0.0.0.0", debug=True)\n', 'fail'],
    [exposure, 'if __name__ == "__main__":\n    app.run(debug=True)\n', 'unknown'],
    [exposure, 'app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)\n', 'fail'],
    [exposure, 'app.add_middleware(CORSMiddleware, allow_origins=["https://a.example"], allow_credentials=True)\n', nothing],
  ])('%o: %j is %s', async (check, text, expected) => {
    expect(await outcome(check, text)).toBe(expected);
  });

  test('Django settings, unless they are for development', async () => {
    expect(await outcome(exposure, 'DEBUG = True\n', 'shop/settings.py')).toBe('fail');
    expect(await outcome(exposure, 'DEBUG = True\n', 'shop/settings/dev.py')).toBe(nothing);
  });

  test('masks keep every offset', () => {
    const text = 'def f():\n    """doc eval(x)"""\n    s = "eval(y)" # eval(z)\n    return s\n';
    const { text: uncommented, code } = mask(text);
    expect(code).toHaveLength(text.length);
    expect(uncommented).toContain('"eval(y)"');
    expect(code).not.toContain('eval');
    expect(code.indexOf('return')).toBe(text.indexOf('return'));
  });
});

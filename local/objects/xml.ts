/** The few XML documents of the S3 protocol that are needed. */

const header = '<?xml version="1.0" encoding="UTF-8"?>';
const entities: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&apos;' };
const escaped = (text: string): string => text.replace(/[<>&"']/g, (character) => entities[character] ?? character);

export const errorXml = (code: string): string => `${header}<Error><Code>${code}</Code><Message>${code}</Message></Error>`;

/** The answer of ListObjectsV2. A client that wants the rest deletes these first or asks with another prefix. */
export function listXml(objects: readonly { readonly key: string; readonly size: number }[], truncated: boolean): string {
  const contents = objects.map(({ key, size }) => `<Contents><Key>${escaped(key)}</Key><Size>${size}</Size></Contents>`);
  return `${header}<ListBucketResult><IsTruncated>${truncated}</IsTruncated><KeyCount>${objects.length}</KeyCount>${contents.join('')}</ListBucketResult>`;
}

export const deletedXml = `${header}<DeleteResult></DeleteResult>`;

/** The keys of a DeleteObjects request. */
export function deleteKeys(xml: string): string[] {
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
  const unescaped = (text: string) =>
    text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      return named[name ?? ''] ?? whole;
    });
  return [...xml.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => unescaped(key));
}

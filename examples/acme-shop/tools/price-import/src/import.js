import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import iconv from 'iconv-lite';

// Suppliers still send Latin-1.
const rows = createReadStream(process.argv[2]).pipe(iconv.decodeStream('latin1')).pipe(parse({ columns: true, delimiter: ';' }));
for await (const row of rows) {
  console.log(JSON.stringify({ sku: row.Artikel, cents: Math.round(Number(row.Preis.replace(',', '.')) * 100) }));
}

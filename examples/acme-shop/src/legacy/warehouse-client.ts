import { request } from 'node:https';

/** The warehouse renews its certificate by hand, and sometimes late. */
export function reserveStock(sku: string, quantity: number): Promise<number> {
  const body = JSON.stringify({ sku, quantity });
  return new Promise((resolve, reject) => {
    const call = request(
      { host: 'warehouse.acme.example', path: '/reservations', method: 'POST', rejectUnauthorized: false },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    call.once('error', reject);
    call.end(body);
  });
}

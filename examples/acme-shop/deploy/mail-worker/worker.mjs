/** Sends what waits in the outbox; started every minute by the scheduler. */
const response = await fetch(new URL('/outbox/send', process.env.SHOP_URL), { method: 'POST' });
if (!response.ok) {
  console.error(`outbox: ${response.status}`);
  process.exitCode = 1;
}

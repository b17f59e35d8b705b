/** Numbers as a person reads them. */

/** `1 file`, `12,345 tokens`. */
export const plural = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;

/** `01:05`; minutes go on beyond 59. */
export const clock = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
};

/** As coarse as the guess is; '' where there is none. `expectedEndAt` is ISO 8601. */
export function timeLeft(expectedEndAt: string | null, now: Date): string {
  if (expectedEndAt === null) return '';
  const seconds = (Date.parse(expectedEndAt) - now.getTime()) / 1000;
  if (seconds <= 0) return 'taking longer than expected';
  if (seconds >= 120) return `about ${Math.round(seconds / 60)} min left`;
  return seconds <= 10 ? 'a few seconds left' : `about ${Math.round(seconds / 10) * 10} s left`;
}

/** Events to WebSocket frames: as many events in one frame as fit, because each frame is a request to the gateway. */
import { limits } from '../contract/events.ts';
import type { StoredEvent } from './stream.ts';

/** One event is sent as its envelope, several as one `batch` message. No frame exceeds 32,000 bytes. */
export function framesOf(runId: string, stream: string, events: readonly StoredEvent[]): string[] {
  const head = JSON.stringify({ v: 1, runId, stream }).slice(0, -1);
  const batchHead = JSON.stringify({ v: 1, kind: 'batch', runId, stream }).slice(0, -1);
  const frames: string[] = [];
  let waiting: string[] = [];
  let bytes = batchHead.length + 16;
  const flush = (): void => {
    const [only, ...more] = waiting;
    if (only === undefined) return;
    frames.push(more.length === 0 ? `${head},${only}}` : `${batchHead},"events":[{${waiting.join('},{')}}]}`);
    waiting = [];
    bytes = batchHead.length + 16;
  };
  for (const event of events) {
    const fields = fieldsOf(event);
    const size = Buffer.byteLength(fields) + 3;
    if (bytes + size > limits.frameBytes) flush();
    waiting.push(fields);
    bytes += size;
  }
  flush();
  return frames;
}

const fieldsOf = ({ seq, time, json, snapshot }: StoredEvent): string => {
  const part = snapshot === undefined ? '' : `,"snapshot":${JSON.stringify(snapshot)}`;
  return `"seq":${seq},"time":${JSON.stringify(time)}${part},"event":${json}`;
};

import type { ReadableStream as NodeStream } from 'node:stream/web';

export interface BodyCap {
  /** Largest body, in bytes as decoded. */
  readonly maxBytes: number;
  /** The error for a body that goes on beyond it. */
  readonly tooLarge: () => Error;
  /** Puts an error of the wire into the caller's terms. */
  readonly translate: (error: unknown) => unknown;
  /** Called once, when nothing more is read. */
  readonly onEnd: () => void;
}

/** Read as it is asked for, so that what is compressed is decoded up to the cap and no further. */
export function cappedBody(body: NodeStream<Uint8Array>, cap: BodyCap): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let seen = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) {
            cap.onEnd();
            return controller.close();
          }
          seen += value.byteLength;
          if (seen <= cap.maxBytes) return controller.enqueue(value);
        } catch (error) {
          cap.onEnd();
          return controller.error(cap.translate(error));
        }
        const error = cap.tooLarge();
        controller.error(error);
        cap.onEnd();
        await reader.cancel(error).catch(() => undefined);
      },
      async cancel(reason) {
        cap.onEnd();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

import type { Readable } from 'node:stream';

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

/** Read as it is asked for, so that what is compressed is decoded little further than the cap. */
export function cappedBody(body: Readable, cap: BodyCap): ReadableStream<Uint8Array> {
  // Leaving it destroys the body.
  const chunks: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
  let seen = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next();
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
        controller.error(cap.tooLarge());
        cap.onEnd();
        body.destroy();
      },
      cancel() {
        cap.onEnd();
        body.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}

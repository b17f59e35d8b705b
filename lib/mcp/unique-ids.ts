import { randomUUID } from 'node:crypto';
import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  type JSONRPCMessage,
  type MessageExtraInfo,
  type RequestId,
  type Transport,
  type TransportSendOptions,
} from '@modelcontextprotocol/client';
import { AnswerLost } from './errors.ts';

/** Of a server's requests (pings), at once: each costs a request of ours, and a server must not decide how many we send. */
const MAX_ASKED = 8;

interface Waiting {
  readonly id: RequestId;
  answered(): void;
  lost(error: AnswerLost): void;
}

/**
 * The SDK numbers requests from 0 in every client, and a server of the older protocol tells requests of one session apart by their
 * number alone: two clients on one session get each other's answers. So a request leaves under a UUID, and an answer to
 * a UUID that is not waited for is dropped. `send` of a request settles with its answer, or with AnswerLost when the stream that was to
 * carry it ended: the SDK would wait for its timeout.
 */
export class UniqueIds implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage, extra?: MessageExtraInfo) => void;
  readonly hasPerRequestStream = true;
  readonly #inner: Transport;
  readonly #resumed: boolean;
  readonly #waiting = new Map<RequestId, Waiting>();
  /** Requests of the server whose answers are not delivered yet. */
  #asked = 0;
  #answering: Promise<void> = Promise.resolve();

  /** `resumed`: the handshake was done before, so the SDK must not do it again. */
  constructor(inner: Transport, { resumed }: { readonly resumed: boolean }) {
    this.#inner = inner;
    this.#resumed = resumed;
    inner.onmessage = (message, extra) => this.#receive(message, extra);
    inner.onerror = (error) => this.onerror?.(error);
    inner.onclose = () => {
      for (const waiting of this.#waiting.values()) waiting.answered();
      this.#waiting.clear();
      this.onclose?.();
    };
  }

  /** The SDK skips the handshake where there is a session; a server without sessions gets a name for one that is never sent. */
  get sessionId(): string | undefined {
    return this.#inner.sessionId ?? (this.#resumed ? 'none' : undefined);
  }

  start(): Promise<void> {
    return this.#inner.start();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  setProtocolVersion(version: string): void {
    this.#inner.setProtocolVersion?.(version);
  }

  async send(message: JSONRPCMessage, options: TransportSendOptions = {}): Promise<void> {
    if (isJSONRPCNotification(message)) return this.#inner.send(this.#withItsIds(message), options);
    if (!isJSONRPCRequest(message)) return this.#answer(message, options);
    const id = randomUUID();
    const answer = Promise.withResolvers<void>();
    // Sending may fail first; then nobody waits for this one.
    answer.promise.catch(() => undefined);
    this.#waiting.set(id, { id: message.id, answered: answer.resolve, lost: answer.reject });
    try {
      const onRequestStreamEnd = (): void => this.#waiting.get(id)?.lost(new AnswerLost('The answer did not come whole.'));
      await this.#inner.send({ ...message, id }, { ...options, onRequestStreamEnd });
      await answer.promise;
    } finally {
      this.#waiting.delete(id);
    }
  }

  /** What came on another stream than those of this client's requests: a question passes, answers and notices do not. */
  hear(message: JSONRPCMessage): void {
    if (isJSONRPCRequest(message) && message.method === 'elicitation/create') this.#receive(message, undefined);
  }

  #receive(message: JSONRPCMessage, extra: MessageExtraInfo | undefined): void {
    if (isJSONRPCRequest(message)) {
      if (this.#asked >= MAX_ASKED) return;
      this.#asked += 1;
    }
    if (!isJSONRPCResponse(message)) {
      this.onmessage?.(message, extra);
      return;
    }
    const waiting = message.id === undefined ? undefined : this.#waiting.get(message.id);
    if (waiting === undefined) return;
    waiting.answered();
    this.onmessage?.({ ...message, id: waiting.id }, extra);
  }

  /** Every request of the server gets one answer from the SDK, an error where we offer nothing. They leave one after the other. */
  async #answer(message: JSONRPCMessage, options: TransportSendOptions): Promise<void> {
    const sending = this.#answering.then(() => this.#inner.send(message, options));
    this.#answering = sending.catch(() => undefined);
    try {
      await sending;
    } finally {
      this.#asked -= 1;
    }
  }

  /** A cancellation names the request that it cancels. */
  #withItsIds(message: JSONRPCMessage & { readonly method: string }): JSONRPCMessage {
    if (!('params' in message) || message.method !== 'notifications/cancelled') return message;
    const cancelled = message.params?.['requestId'];
    const sent = [...this.#waiting].find(([, { id }]) => id === cancelled)?.[0];
    return sent === undefined ? message : { ...message, params: { ...message.params, requestId: sent } };
  }
}

/** One WebSocket as a mailbox of what happens to it. */
import { type Mailbox, openMailbox } from './mailbox.ts';

/** What the browser's WebSocket, Node's and that of `ws` have in common. */
export interface SocketLike {
  addEventListener(
    type: 'open' | 'message' | 'close' | 'error',
    listener: (event: { readonly type: string; readonly data?: unknown }) => void,
  ): void;
  send(data: string): void;
  close(): void;
}
export type SocketConstructor = new (url: string) => SocketLike;

export type Happening =
  | { readonly kind: 'open' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'frame'; readonly data: unknown };

export interface Socket {
  readonly happenings: Mailbox<Happening>;
  send(message: object): void;
  close(): void;
}

export function openSocket(Constructor: SocketConstructor, url: string): Socket {
  const happenings = openMailbox<Happening>();
  const socket = new Constructor(url);
  let over = false;
  const closed = (): void => {
    if (!over) happenings.put({ kind: 'closed' });
    over = true;
  };
  socket.addEventListener('open', () => happenings.put({ kind: 'open' }));
  socket.addEventListener('message', ({ data }) => happenings.put({ kind: 'frame', data }));
  socket.addEventListener('close', closed);
  socket.addEventListener('error', closed);
  return {
    happenings,
    send: (message) => {
      if (over) return;
      try {
        socket.send(JSON.stringify(message));
      } catch {
        // Closing between two events: some implementations throw, and the reader learns it from the mailbox.
        closed();
      }
    },
    close: () => {
      over = true;
      socket.close();
    },
  };
}

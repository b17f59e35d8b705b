import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { AwsSettings } from './config.ts';

export interface Push {
  /** `gone`: the socket has closed; forget it, never retry. Rejects when the endpoint cannot be reached. */
  send(connectionId: string, frame: string, signal?: AbortSignal): Promise<'sent' | 'gone'>;
  /** Closes the socket; one that is gone already is fine. */
  disconnect(connectionId: string): Promise<void>;
}

/** The `@connections` endpoint of the WebSocket API. */
export function openPush(settings: AwsSettings & { readonly endpoint: string }): Push {
  const client = new ApiGatewayManagementApiClient({
    ...settings,
    maxAttempts: 2,
    requestHandler: { requestTimeout: 3_000, connectionTimeout: 2_000 },
  });
  return {
    async send(connectionId, frame, signal) {
      try {
        const command = new PostToConnectionCommand({ ConnectionId: connectionId, Data: frame });
        await client.send(command, signal === undefined ? {} : { abortSignal: signal });
        return 'sent';
      } catch (error) {
        if (error instanceof GoneException) return 'gone';
        throw error;
      }
    },
    async disconnect(connectionId) {
      try {
        await client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
      } catch (error) {
        if (!(error instanceof GoneException)) throw error;
      }
    },
  };
}

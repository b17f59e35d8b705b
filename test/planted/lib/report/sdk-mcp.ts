export type { Client } from '@modelcontextprotocol/client';

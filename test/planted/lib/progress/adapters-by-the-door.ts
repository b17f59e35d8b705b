import { connection } from '../cache/connection.ts';

export const own = connection;

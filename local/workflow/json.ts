import type * as z from 'zod';

export type Json = z.core.util.JSONType;
export type JsonObject = { [key: string]: Json };

export const objectOf = (value: Json | undefined): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;

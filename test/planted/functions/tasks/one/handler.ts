export const handler = (): null => null;

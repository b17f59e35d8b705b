export const logger = (): void => {};

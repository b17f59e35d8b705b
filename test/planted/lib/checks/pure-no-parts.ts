import { logger } from '../runtime/logger.ts';

export const say = (): void => logger();

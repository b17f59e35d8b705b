export { logger } from '../runtime/logger.ts';

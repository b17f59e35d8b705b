export { logger } from '../lib/runtime/logger.ts';

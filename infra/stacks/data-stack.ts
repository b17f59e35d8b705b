/** What outlives a deployment: database, cache, keys, and the bucket of reports and bundles. */
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { Backups } from '../constructs/backups.ts';
import { Cache } from '../constructs/cache.ts';
import { Database } from '../constructs/database.ts';
import { KeyPair } from '../constructs/key-pair.ts';
import { ReportBucket } from '../constructs/report-bucket.ts';
import { lookupIn, publish } from '../parameters.ts';

export class DataStack extends Stack {
  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id, { terminationProtection: config.production });
    const at = lookupIn(this, config);
    const database = new Database(this, 'Database', { config, at });
    const cache = new Cache(this, 'Cache', { config, at });
    const keys = new KeyPair(this, 'Keys', config);
    const { bucket } = new ReportBucket(this, 'Reports', config);
    if (config.production) new Backups(this, 'Backups', { instance: database.instance, bucket });
    publish(this, config, {
      ...database.parameters,
      ...cache.parameters,
      ...keys.parameters,
      'reports-bucket': bucket.bucketName,
    });
  }
}

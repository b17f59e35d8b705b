/**
 * AWS's prices that this product meets, on demand, in US dollars, without the free tier. The only table of them: `npm run cost` prints
 * region and date beside every sum. Sources: the service's pricing page, https://aws.amazon.com/<service>/pricing/.
 */
export const priceTable = { region: 'us-east-1', date: '2026-11-25' } as const;

/** Hours that AWS counts for a month. */
export const hoursOfMonth = 730;

/** Computers by the hour. */
export const hourly = {
  'db.t4g.micro': 0.016,
  'db.t4g.small': 0.032,
  'db.t4g.medium': 0.065,
  't4g.nano': 0.0042,
  natGateway: 0.045,
  publicAddress: 0.005,
  /** Of each zone. */
  interfaceEndpoint: 0.01,
  proxyVcpu: 0.015,
  /** Data in serverless Valkey. */
  cacheGb: 0.084,
} as const;

/** Held for a month. */
export const monthly = {
  databaseGb: 0.115,
  diskGb: 0.08,
  snapshotGb: 0.095,
  key: 1,
  alarm: 0.1,
  compositeAlarm: 0.5,
  dashboard: 3,
  secret: 0.4,
} as const;

/** For what is done once. */
export const perUse = {
  /** arm64. */
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2 / 1e6,
  stateTransition: 0.025 / 1e3,
  httpRequest: 1 / 1e6,
  /** Up to 32 KB, in either direction. */
  socketMessage: 1 / 1e6,
  socketMinute: 0.25 / 1e6,
  objectPut: 0.005 / 1e3,
  objectGet: 0.0004 / 1e3,
  /** Elliptic curve, the dearer kind. */
  keyRequest: 0.15 / 1e4,
  /** ElastiCache's unit: a command of up to 1 KB, and one more for each further KB. */
  cacheUnit: 0.0023 / 1e6,
  logGb: 0.5,
  /** $0.30 a month, for each hour in which it is written. */
  metricHour: 0.3 / hoursOfMonth,
  natGb: 0.045,
  outwardGb: 0.09,
} as const;

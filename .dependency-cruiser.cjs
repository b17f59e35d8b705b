/**
 * Who may import whom (docs/architecture.md). Every rule has a planted violation in test/planted that it must catch, and the
 * check fails when no module was read (test/architecture).
 */
const tests = '(\\.(test|fixture)\\.ts$|/testing(/|\\.ts$)|^test/)';
const npm = (names) => `(^|/)node_modules/(${names})/`;
// A group, so that a rule can say `$1` for the adapter at hand.
const adapters = '^lib/(llm|mcp|net|store|cache|auth|memory|progress|keys|objects)/';

/** An SDK and the only places that may import it: nothing of it is visible elsewhere, not even as a type. */
const sdk = (name, packages, places) => ({
  name: `sdk-${name}`,
  comment: `${name} stays behind its adapter.`,
  severity: 'error',
  from: { pathNot: [places, tests] },
  to: { path: packages },
});

module.exports = {
  forbidden: [
    {
      name: 'contract-only-zod',
      comment: 'The contract is what every part shares: zod, and the zod schemas of AG-UI events.',
      severity: 'error',
      from: { path: '^lib/contract/', pathNot: tests },
      to: { pathNot: ['^lib/contract/', npm('zod|@ag-ui/core')] },
    },
    {
      name: 'pure-no-io',
      comment:
        'Domain and checks decide from what they are given: of Node they need hashing, path arithmetic, and to let others run in between.',
      severity: 'error',
      from: { path: '^lib/(domain|checks)/', pathNot: tests },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|path|path/posix|util|buffer|timers/promises)$' },
    },
    {
      name: 'pure-no-parts',
      comment: 'Domain and checks know each other, the contract and the catalogues, and nothing that does something.',
      severity: 'error',
      from: { path: '^lib/(domain|checks)/', pathNot: tests },
      to: { path: '^(lib/|prisma/)', pathNot: '^lib/(domain|checks|contract|frameworks)/' },
    },
    {
      name: 'adapters-by-the-door',
      comment: "An adapter uses another one's front door, never what lies behind it.",
      severity: 'error',
      from: { path: adapters, pathNot: tests },
      to: {
        path: adapters,
        pathNot: ['^lib/$1/', '^lib/(cache/(breaker|cache|keys|errors|leases)|net/(guarded-fetch|errors)|keys/keys)\\.ts$'],
      },
    },
    {
      name: 'agents-no-adapters',
      comment: 'Model, tools, memory and clock come in as arguments.',
      severity: 'error',
      from: { path: '^lib/agents/', pathNot: tests },
      to: { path: [adapters, '^lib/(runtime|workflow)/', '^prisma/'] },
    },
    {
      name: 'lib-inward',
      comment: 'The library knows nobody who uses it.',
      severity: 'error',
      from: { path: '^lib/', pathNot: tests },
      to: { path: '^(functions|infra|local|cli|web|bench|eval|scripts)/' },
    },
    {
      name: 'functions-apart',
      comment: 'A function is deployed alone: what two of them share lives in lib.',
      severity: 'error',
      from: { path: '^functions/([^/]+/[^/]+)/', pathNot: tests },
      to: { path: '^functions/', pathNot: '^functions/$1/' },
    },
    {
      name: 'functions-inward',
      comment: 'What is deployed knows neither how it is deployed nor the runtime on one machine.',
      severity: 'error',
      from: { path: '^functions/', pathNot: tests },
      to: { path: '^(infra|local|cli|web|bench|eval|scripts)/' },
    },
    {
      name: 'infra-by-path',
      comment: 'Infrastructure knows functions by path only, and of the library the contract.',
      severity: 'error',
      from: { path: '^infra/', pathNot: tests },
      to: { path: '^(functions|local|cli|web|bench|eval|lib|prisma)/', pathNot: '^lib/contract/' },
    },
    {
      name: 'web-by-contract',
      comment: 'The console shares the contract and the client with the backend, nothing else.',
      severity: 'error',
      from: { path: '^web/', pathNot: tests },
      to: { path: '^(functions|infra|local|cli|bench|eval|lib|prisma|scripts)/', pathNot: '^lib/(contract|client)/' },
    },
    {
      name: 'client-anywhere',
      comment: 'The client runs in a browser too.',
      severity: 'error',
      from: { path: '^lib/client/', pathNot: tests },
      to: { path: ['^lib/', '^prisma/'], pathNot: '^lib/(contract|client)/' },
    },
    {
      name: 'client-no-node',
      comment: 'The client runs in a browser too.',
      severity: 'error',
      from: { path: '^lib/client/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-tests-in-production',
      comment: 'What ships does not lean on tests or their helpers.',
      severity: 'error',
      from: { path: '^(lib|functions|infra|local|cli|web|prisma)/', pathNot: tests },
      to: { path: tests },
    },
    {
      name: 'no-dev-dependencies',
      comment: 'What is deployed needs no development dependency; types are erased.',
      severity: 'error',
      from: { path: '^(lib|functions|web)/', pathNot: tests },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle of types alone costs nothing at run time.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      comment: 'A package that package.json does not name can vanish with the next update.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    sdk('model', npm('openai'), '^(lib/llm|bench)/'),
    sdk('postgres', ['^prisma/generated/', npm('@prisma/[^/]+|pg')], '^(lib/store|prisma|local/services)/'),
    sdk('database-sign-in', npm('@aws-sdk/rds-signer'), '^lib/store/'),
    sdk('redis', npm('ioredis'), '^(lib/cache|local/services)/'),
    sdk('sign-in', npm('@supabase/[^/]+|jose'), '^(lib/auth/|bench/|local/(issuer/|sign-in\\.ts)|web/)'),
    sdk('mcp', npm('@modelcontextprotocol/[^/]+'), '^(lib/mcp|local/mcp|bench)/'),
    sdk('network', npm('undici|ipaddr\\.js'), '^(lib/net/|bench/|infra/bundled/undici\\.mjs$)'),
    sdk('object-storage', npm('@aws-sdk/(client-s3|s3-request-presigner)'), '^lib/objects/'),
    sdk('key-management', npm('@aws-sdk/client-kms'), '^lib/keys/'),
    sdk('sockets', npm('@aws-sdk/client-apigatewaymanagementapi'), '^lib/runtime/'),
    sdk('state-machines', npm('@aws-sdk/client-sfn'), '^lib/(runtime|workflow)/'),
    sdk('infrastructure', npm('aws-cdk-lib|constructs|cdk-nag'), '^infra/'),
  ],
  options: {
    // Types count: a type that leaks ties two parts together as well.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: `${__dirname}/tsconfig.json` },
    doNotFollow: { path: ['node_modules', '^prisma/generated'] },
    exclude: { path: ['^test/planted/', '^cdk\\.out/'] },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};

/** Tests are TypeScript run as ES modules: Node strips the types, nothing compiles. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/scripts/strip-types.js' },
  testTimeout: 60_000,
  // Scenarios that run side by side (it.concurrent) are processes of their own, and mostly wait.
  maxConcurrency: 12,
  maxWorkers: '100%',
};

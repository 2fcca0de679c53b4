// Three kinds of tests: *.test.ts are fast and need nothing; *.itg.ts use a real registry, skopeo, dpkg, lintian and podman;
// *.boot.ts boot real machines, which takes some twenty minutes where there is no KVM.
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/__tests__/**/*.{test,itg,boot}.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
        module: { type: 'es6' },
      },
    ],
  },
  // What scripts leave there are copies of the clone.
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/.tools/'],
  testSequencer: '<rootDir>/script/lib/long-first.cjs',
  // A test waits more than it works: for machines, servers and programs.
  maxWorkers: 2,
  // To end what hangs, not to measure: a busy machine takes seconds for what takes milliseconds.
  testTimeout: 60_000,
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts'],
  coverageDirectory: 'coverage',
};

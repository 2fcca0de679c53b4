import commonjs from '@rollup/plugin-commonjs';
import json from '@rollup/plugin-json';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { transform } from '@swc/core';
import license from 'rollup-plugin-license';

/** Takes the types off; tsc checks them. */
const typescript = {
  name: 'typescript',
  async transform(code, id) {
    if (!id.endsWith('.ts')) return null;
    const { code: stripped } = await transform(code, {
      filename: id,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
    });
    return { code: stripped, map: null };
  },
};

/**
 * @actions/http-client names undici for `getAgentDispatcher`, which nobody here calls: half of what a
 * process of the action would load.
 */
const withoutUndici = {
  name: 'without-undici',
  resolveId: (id) => (id === 'undici' ? `\0${id}` : null),
  load: (id) =>
    id === '\0undici'
      ? "export function ProxyAgent() { throw new Error('undici is not bundled'); }"
      : null,
};

// CommonJS: only there Node 20 starts no thread before the first line has set how many it may have.
const DIST = process.env.DIST ?? 'dist';

/** What is bundled must be named, and nothing else than these licences may come in. */
const licences = license({
  thirdParty: {
    output: `${DIST}/licenses.txt`,
    allow: {
      test: '(MIT OR Apache-2.0 OR ISC OR 0BSD OR BlueOak-1.0.0 OR BSD-3-Clause)',
      failOnUnlicensed: true,
      failOnViolation: true,
    },
  },
});

export default {
  input: {
    main: 'src/main.ts',
    boot: 'src/boot-main.ts',
    cli: 'src/cli.ts',
    'cache-client': 'src/cache-client.ts',
  },
  external: ['@mongodb-js/zstd'],
  output: {
    dir: DIST,
    format: 'cjs',
    // What the action has and the command has not is another chunk than what all have.
    chunkFileNames: 'shared-[name].js',
    // The library as it was published, with its native parts beside it.
    paths: { '@mongodb-js/zstd': './zstd/index.js' },
  },
  plugins: [
    withoutUndici,
    nodeResolve({ preferBuiltins: true, exportConditions: ['node'] }),
    commonjs(),
    json(),
    typescript,
    licences,
  ],
  onwarn(warning) {
    const places = [warning.id, ...(warning.ids ?? [])].filter(Boolean);
    const foreign = places.length > 0 && places.every((place) => place.includes('node_modules'));
    if (!foreign) throw new Error(warning.message);
  },
};

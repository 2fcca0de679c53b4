import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { transformFile } from '@swc/core';

const SRC = join(import.meta.dirname, '../../src');

/**
 * Runs modules in processes of their own, on the code of src/store: Node 20 does not read TypeScript,
 * so it is translated first.
 */
export interface Processes {
  /** @param code a module that imports from `./store/store.js` and `./store/prune.js` */
  start(code: string, args?: readonly string[], options?: RunAs): Promise<ChildProcess>;
  /** As `start`; what it wrote to stdout. @throws Error when it fails, with its stderr */
  run(code: string, args?: readonly string[], options?: RunAs): Promise<string>;
}

export interface RunAs {
  readonly uid?: number;
  /** A program that runs it, and its arguments. */
  readonly within?: readonly string[];
}

export async function processes(folder: string): Promise<Processes> {
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  // All that these two may import.
  for (const part of ['store', 'images', '.']) {
    const names = (await readdir(join(SRC, part))).filter((name) => name.endsWith('.ts'));
    for (const name of names) await translate(join(part, name), folder);
  }
  let scripts = 0;

  const start = async (
    code: string,
    args: readonly string[] = [],
    { uid, within = [] }: RunAs = {},
  ) => {
    scripts += 1;
    const script = join(folder, `script-${scripts}.js`);
    await writeFile(script, code);
    const [program = '', ...rest] = [...within, process.execPath, script, ...args];
    return spawn(program, rest, {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
  };
  return {
    start,
    async run(code, args, options) {
      const child = await start(code, args, options);
      const [stdout, stderr] = await Promise.all([
        child.stdout && buffer(child.stdout),
        child.stderr && buffer(child.stderr),
        once(child, 'close'),
      ]);
      if (child.exitCode !== 0) throw new Error(`exit code ${child.exitCode}: ${stderr}`);
      return String(stdout);
    },
  };
}

async function translate(name: string, folder: string): Promise<void> {
  const { code } = await transformFile(join(SRC, name), {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'es6' },
  });
  const path = join(folder, name.replace(/\.ts$/, '.js'));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(
    path,
    code
      .replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'")
      .replaceAll(/(from "\.[^"]*)\.ts"/g, '$1.js"'),
  );
}

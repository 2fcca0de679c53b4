import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, stat, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openStore } from '../../src/store/store.ts';
import { digestOf } from '../support/images.ts';
import { tempDirs } from '../support/temp.ts';
import { type Processes, processes } from './process.ts';

const asRoot = process.getuid?.() === 0;
if (!asRoot) console.warn('skipped: other users and file systems for the store, which need root');
const withRoot = asRoot ? describe : describe.skip;

const temp = tempDirs();
let others: Processes;
beforeAll(async () => {
  const folder = await temp.make('processes');
  await chmod(folder, 0o755);
  others = await processes(folder);
});
afterAll(() => temp.remove());

/** Puts and takes the same entries over and over; fails on a byte that is not right. */
const USER = `
  import { createHash } from 'node:crypto';
  import { readFile, writeFile } from 'node:fs/promises';
  import { join } from 'node:path';
  import { openStore } from './store/store.js';

  const [root, rounds] = process.argv.slice(2);
  const damaged = [];
  const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
  let hits = 0;
  for (let round = 0; round < Number(rounds); round += 1) {
    const store = await openStore(root, (name) => damaged.push(name));
    for (let number = 0; number < 5; number += 1) {
      const bytes = Buffer.alloc(100_000, 'entry ' + number);
      const facts = { size: bytes.length, sha256: hash(bytes) };
      const digest = 'sha256:' + facts.sha256;
      const name = 'layers/9/' + number + '.zst';
      const taken = await store.takeEntry(name);
      if (taken) {
        hits += 1;
        if (!bytes.equals(await readFile(taken.path))) throw new Error('wrong bytes of ' + name);
      } else {
        const path = join(store.workDir, 'made-' + number);
        await writeFile(path, bytes);
        await store.putEntry(name, path, facts);
      }
      const document = await store.getDocument(digest);
      if (document === undefined) await store.putDocument(digest, bytes);
      else if (!bytes.equals(document)) throw new Error('wrong document ' + number);
    }
    await store.close();
  }
  if (damaged.length > 0) throw new Error('damaged: ' + damaged);
  console.log(hits);
`;

const PRUNER = `
  import { pruneStore } from './store/prune.js';
  const end = Date.now() + Number(process.argv[3]);
  let removed = 0;
  while (Date.now() < end) removed += (await pruneStore(process.argv[2], 250_000)).removedEntries;
  console.log(removed);
`;

describe('processes that share a store', () => {
  test('write and read the same entries at once', async () => {
    const root = await temp.make('shared');
    const hits = await Promise.all(Array.from({ length: 4 }, () => others.run(USER, [root, '20'])));
    // The first round may make all of them in each process; all others find them.
    for (const found of hits) expect(Number(found)).toBeGreaterThanOrEqual(19 * 5);
    expect(await readdir(join(root, 'work'))).toEqual([]);
    expect((await readdir(join(root, 'v1/layers/9'))).filter((name) => /part/.test(name))).toEqual(
      [],
    );
  });

  test('while another prunes', async () => {
    const root = await temp.make('pruned');
    const [removed] = await Promise.all([
      others.run(PRUNER, [root, '1500']),
      ...Array.from({ length: 3 }, () => others.run(USER, [root, '20'])),
    ]);
    expect(Number(removed)).toBeGreaterThan(0);
    expect(await readdir(join(root, 'work'))).toEqual([]);
  });
});

const HOLDER = `
  import { writeFile } from 'node:fs/promises';
  import { join } from 'node:path';
  import { openStore } from './store/store.js';
  const store = await openStore(process.argv[2], () => undefined);
  await writeFile(join(store.workDir, 'half'), 'half');
  console.log(store.workDir);
  setInterval(() => undefined, 1000);
`;

describe('work folders', () => {
  test('of a live process stay, of a killed one go with the next run', async () => {
    const root = await temp.make('killed');
    const child = await others.start(HOLDER, [root]);
    const [line] = await once(child.stdout ?? child, 'data');
    const left = String(line).trim();
    await (await openStore(root, () => undefined)).close();
    expect((await stat(join(left, 'half'))).size).toBe(4);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect((await stat(join(left, 'half'))).size).toBe(4);
    await (await openStore(root, () => undefined)).close();
    expect(await readdir(join(root, 'work'))).toEqual([]);
  });

  test('of a killed process whose number another has now go', async () => {
    const root = await temp.make('reused');
    const store = await openStore(root, () => undefined);
    const [space, pid, start] = basename(store.workDir).split('.');
    expect([pid, Number(start) > 0]).toEqual([String(process.pid), true]);
    await mkdir(join(root, 'work', `${space}.${pid}.${Number(start) - 1}.abc`));
    await (await openStore(root, () => undefined)).close();
    expect(await readdir(join(root, 'work'))).toEqual([basename(store.workDir)]);
    await store.close();
  });

  test('of other machines stay for a week', async () => {
    const root = await temp.make('machines');
    const young = join(root, 'work/0123456789abcdef.1.1.abc');
    const old = join(root, 'work/0123456789abcdef.2.2.abc');
    for (const path of [young, old]) await mkdir(path, { recursive: true });
    const before = new Date(Date.now() - 8 * 24 * 3600 * 1000);
    await utimes(old, before, before);
    await (await openStore(root, () => undefined)).close();
    expect(await readdir(join(root, 'work'))).toEqual(['0123456789abcdef.1.1.abc']);
  });

  test("of somebody's own, in a folder that was not made for a store, stay", async () => {
    const root = await temp.make('home');
    const thesis = join(root, 'work/thesis.2.doc');
    await mkdir(thesis, { recursive: true });
    const before = new Date(Date.now() - 400 * 24 * 3600 * 1000);
    await utimes(thesis, before, before);
    await (await openStore(root, () => undefined)).close();
    expect(await readdir(join(root, 'work'))).toEqual(['thesis.2.doc']);
  });

  test('go with a process that ends without closing the store', async () => {
    const root = await temp.make('exit');
    await others.run(`${HOLDER} process.exit(0);`, [root]);
    expect(await readdir(join(root, 'work'))).toEqual([]);
  });
});

withRoot('containers with the name of their host', () => {
  test('do not take the work folder of each other, nor of the host', async () => {
    const root = await temp.make('containers');
    const within = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const holders = [
      await others.start(HOLDER, [root], { within }),
      await others.start(HOLDER, [root]),
    ];
    for (const { stdout } of holders) if (stdout) await once(stdout, 'data');
    expect(await readdir(join(root, 'work'))).toHaveLength(2);
    for (const options of [{ within }, {}]) await others.run(PRUNER, [root, '1'], options);
    expect(await readdir(join(root, 'work'))).toHaveLength(2);
    for (const holder of holders) {
      holder.kill('SIGKILL');
      await once(holder, 'close');
    }
  });
});

const READER = `
  import { openStore } from './store/store.js';
  try {
    const store = await openStore(process.argv[2], () => undefined);
    const found = await store.getDocument(process.argv[3]);
    await store.close();
    console.log(String(found));
  } catch ({ code }) {
    console.log(code);
  }
`;

withRoot('another user', () => {
  const NOBODY = { uid: 65534 };
  const bytes = Buffer.from('content');
  const digest = digestOf(bytes);

  test('reads the entries of a store whose work folder he may write', async () => {
    const root = await temp.make('read');
    const store = await openStore(root, () => undefined);
    await store.putDocument(digest, bytes);
    await store.close();
    await chmod(root, 0o755);
    await chmod(join(root, 'work'), 0o777);
    expect(await others.run(READER, [root, digest], NOBODY)).toBe('content\n');
  });

  test('cannot open a store that he may not write', async () => {
    const root = await temp.make('closed');
    await chmod(root, 0o755);
    expect(await others.run(READER, [join(root, 'new'), digest], NOBODY)).toBe('EACCES\n');
  });
});

withRoot('a file system', () => {
  test('that may only be read is refused with its code', async () => {
    const path = await temp.make('read-only');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'none', path]);
    try {
      for (const root of [path, join(path, 'not/there')]) {
        const opened = openStore(root, () => undefined);
        await expect(opened).rejects.toMatchObject({ code: 'EROFS' });
      }
    } finally {
      execFileSync('umount', [path]);
    }
  });
});

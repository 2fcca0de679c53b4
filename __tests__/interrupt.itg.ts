import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { noise, text } from './archive/bytes.ts';
import { build, end, namesIn, startCli, type Workplace, workplace } from './program.ts';
import { buildImage, buildLayer } from './support/images.ts';
import { type FaultProxy, startProxy } from './support/proxy.ts';
import { push } from './support/push.ts';
import { type Registry, startRegistry } from './support/registry.ts';
import { tempDirs } from './support/temp.ts';

jest.setTimeout(120_000);

/** What a run may take from the signal to its end. */
const PROMPT_MS = 6000;

const temp = tempDirs();
const small = buildImage({ layers: [await buildLayer([{ path: 'a', content: noise(120_000) }])] });
/** At level 22 it takes long to compress. */
const large = buildImage({
  layers: [await buildLayer([{ path: 'words', content: text(24_000_000) }], 'gzip')],
});

let registry: Registry;
let slow: FaultProxy;
beforeAll(async () => {
  registry = await startRegistry();
  await push(registry, 'small', '1', small);
  await push(registry, 'large', '1', large);
});
afterEach(async () => slow?.stop());
afterAll(async () => {
  await registry.stop();
  await temp.remove();
});

/** A build that is in the middle of the download, in a process group of its own. */
async function downloading(place: Workplace) {
  slow = await startProxy(registry, [{ fault: 'slow', bytesPerSecond: 20_000, on: 'blob' }]);
  const args = ['build', `${slow.host}/small:1`, ...place.args];
  const child = startCli(args, { detached: true });
  const running = { child, ended: end(child) };
  const layer = small.layers[0]?.digest ?? '';
  await until(() => slow.requests().some(({ path }) => path.endsWith(layer)));
  await sleep(300);
  return running;
}

/** A build that is in the middle of a frame at the highest level. */
async function compressing(place: Workplace) {
  // The blob is in the cache already, so that the work begins at once.
  await build([`${registry.host}/large:1`, ...workplace(join(place.cache, '..')).args]);
  execFileSync('rm', ['-r', place.output]);
  const args = ['build', `${registry.host}/large:1`, ...place.args];
  const child = startCli([...args], { detached: true });
  const running = { child, ended: end(child) };
  await until(async () => (await namesIn(join(place.cache, 'work'))).length > 0);
  await until(async () => {
    const [run = ''] = await namesIn(join(place.cache, 'work'));
    return (await namesIn(join(place.cache, 'work', run))).some((name) =>
      /^[0-9a-f]{64}$/.test(name),
    );
  });
  await sleep(1500);
  return running;
}

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 30_000; !(await done()); await sleep(20)) {
    if (Date.now() > deadline) throw new Error('it does not come to that');
  }
}

/** Processes of a group that still run. */
function processesOf(group: number | undefined): string[] {
  const all = execFileSync('ps', ['-eo', 'pgid=,stat=,args='], { encoding: 'utf8' });
  return all
    .split('\n')
    .filter((line) => Number.parseInt(line, 10) === group && !/^ *\d+ +Z/.test(line));
}

const stages = { 'the download': downloading, 'the compression': compressing };

describe.each(Object.entries(stages))('in the middle of %s', (_name, begin) => {
  test.each<[string, NodeJS.Signals, number, boolean]>([
    ['ctrl-C of a terminal', 'SIGINT', 130, true],
    ['SIGINT', 'SIGINT', 130, false],
    ['SIGTERM', 'SIGTERM', 143, false],
    ['a terminal that is closed', 'SIGHUP', 129, true],
  ])('%s ends it, and nothing is left', async (_signal, name, code, toGroup) => {
    const place = workplace(await temp.make('stop'), { level: '22' });
    const { child, ended } = await begin(place);
    const pid = child.pid ?? 0;
    const began = Date.now();
    // A terminal tells the whole group, what kills a process tells that one.
    process.kill(toGroup ? -pid : pid, name);
    const result = await ended;
    expect(Date.now() - began).toBeLessThan(PROMPT_MS);
    expect(shellCode(result.code, child.signalCode)).toBe(code);
    expect(result.stdout).toBe('');
    expect(result.stderr.trim().split('\n').at(-1)).toBe(`container-preload: ended by ${name}`);
    expect(await namesIn(place.output)).toEqual([]);
    expect(await namesIn(join(place.cache, 'work'))).toEqual([]);
    expect(processesOf(child.pid)).toEqual([]);
  });
});

test('what kill -9 leaves, the next run clears away, and it builds the same package', async () => {
  const folder = await temp.make('kill');
  const place = workplace(folder);
  const { child } = await downloading(place);
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(await namesIn(join(place.cache, 'work'))).toHaveLength(1);
  expect(await namesIn(place.output)).toEqual([]);
  // Its skopeo may go on for a moment: it writes where nothing lies any more.
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  const { deb } = await build([`${registry.host}/small:1 as small:1`, ...place.args]);
  expect(await namesIn(join(place.cache, 'work'))).toEqual([]);
  const clean = workplace(await temp.make('clean'));
  const expected = await build([`${registry.host}/small:1 as small:1`, ...clean.args]);
  expect((await readFile(deb)).equals(await readFile(expected.deb))).toBe(true);
});

describe('a list that nobody writes', () => {
  const running: ChildProcess[] = [];
  afterEach(() => running.splice(0).forEach((child) => void child.kill('SIGKILL')));

  test.each<[string, NodeJS.Signals[], number]>([
    ['one signal, after some seconds', ['SIGTERM'], 143],
    ['two signals, at once', ['SIGTERM', 'SIGINT'], 130],
  ])('ends with %s', async (_name, signals, code) => {
    const pipe = join(await temp.make('pipe'), 'list');
    execFileSync('mkfifo', [pipe]);
    const child = startCli(['list', '--image-list', pipe]);
    running.push(child);
    const ended = end(child);
    await sleep(1000);
    const began = Date.now();
    for (const name of signals) {
      child.kill(name);
      await sleep(500);
    }
    const result = await ended;
    expect(shellCode(result.code, child.signalCode)).toBe(code);
    expect(Date.now() - began).toBeLessThan(signals.length > 1 ? 2000 : 7500);
  });
});

/** As a shell's `$?`. */
function shellCode(code: number | null, signal: NodeJS.Signals | null): number | undefined {
  return code ?? { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[String(signal)];
}

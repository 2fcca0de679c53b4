import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { ended, killed, lastLines, mustRun, run, start } from '../src/exec.ts';

const node = (code: string) => [process.execPath, '-e', code];

describe('a program that ends', () => {
  test('gives code and both streams, its bytes as they are', async () => {
    const code =
      'process.stdout.write(Buffer.from([0, 255, 10])); console.error("said"); process.exitCode = 3';
    expect(await run(node(code))).toEqual({
      code: 3,
      stdout: Buffer.from([0, 255, 10]),
      stderr: 'said\n',
    });
  });

  test('must have succeeded', async () => {
    expect((await mustRun(node('console.log(1)'))).stdout.toString()).toBe('1\n');
    await expect(
      mustRun(node('console.error("a\\n\\nb\\nc\\nd"); process.exit(2)')),
    ).rejects.toMatchObject({
      kind: 'failure',
      message: `${process.execPath} failed with exit code 2: b | c | d`,
    });
  });

  test('by a signal has the code of a shell', async () => {
    expect((await run(node('process.kill(process.pid, "SIGTERM")'))).code).toBe(143);
    expect((await run(node('process.kill(process.pid, "SIGKILL")'))).code).toBe(137);
    expect((await run(node('process.kill(process.pid, "SIGHUP")'))).code).toBe(129);
    expect((await run(node('process.kill(process.pid, "SIGSEGV")'))).code).toBe(139);
  });

  test('that must have succeeded names the signal', async () => {
    await expect(mustRun(['sh', '-c', 'kill -KILL $$'])).rejects.toMatchObject({
      kind: 'failure',
      message: 'sh was killed by SIGKILL',
      hint: 'out of memory?',
    });
    await expect(mustRun(['sh', '-c', 'exit 139'])).rejects.toMatchObject({
      message: 'sh was killed by SIGSEGV',
      hint: undefined,
    });
  });

  test.each([0, 1, 2, 100, 128, 255])('by itself was not killed: %i', (code) => {
    expect(killed(['sh'], code)).toBeUndefined();
  });

  test('gets no input, and its folder and environment as given', async () => {
    const code =
      'process.stdin.on("data", () => {}).on("end", () => console.log(process.cwd(), process.env.WORD))';
    const child = start(node(code), { cwd: '/', env: { WORD: 'hello' } });
    child.stdin?.end();
    const said: string[] = [];
    child.stdout?.on('data', (chunk) => said.push(String(chunk)));
    expect(await ended(child, ['node'])).toBe(0);
    expect(said.join('')).toBe('/ hello\n');
  });
});

test.each([['not-a-program', 'not-a-program is not installed', 'apt-get install not-a-program']])(
  '%s is missing',
  async (program, message, hint) => {
    await expect(run([program])).rejects.toMatchObject({ kind: 'failure', message, hint });
  },
);

test('dpkg-deb is in dpkg', async () => {
  await expect(run(['dpkg-deb'], { env: { PATH: '/nowhere' } })).rejects.toMatchObject({
    hint: 'apt-get install dpkg',
  });
});

describe('a signal', () => {
  test('ends the program, and its reason comes out', async () => {
    const stop = new AbortController();
    const reason = new Error('stop');
    const running = run(node('setInterval(() => {}, 1000)'), { signal: stop.signal });
    await sleep(100);
    stop.abort(reason);
    await expect(running).rejects.toBe(reason);
  });

  test('ends all that a script has started', async () => {
    const stop = new AbortController();
    const script = 'sleep 20 & echo $!; (sleep 20; echo never) & wait';
    const child = start(['sh', '-c', script], { signal: stop.signal, withChildren: true });
    const sleeper = Number(await new Promise((resolve) => child.stdout?.once('data', resolve)));
    const closed = ended(child, ['sh']);
    process.kill(sleeper, 0);
    stop.abort();
    expect(await closed).toBe(143);
    // Nobody may have asked yet how it ended.
    const { stdout } = await run(['ps', '-o', 'stat=', '-p', String(sleeper)]);
    expect(stdout.toString()).toMatch(/^(Z.*\n)?$/);
  });

  test('that was there before starts nothing', () => {
    const reason = new Error('stop');
    expect(() => start(node(''), { signal: AbortSignal.abort(reason) })).toThrow(reason);
  });
});

test.each([
  ['', 'it said nothing'],
  ['\n \n', 'it said nothing'],
  ['one\n', 'one'],
  ['1\n2\n\n3\n4\n', '2 | 3 | 4'],
])('the last lines of %j', (text, expected) => {
  expect(lastLines(text)).toBe(expected);
});

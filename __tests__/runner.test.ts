import { afterEach, describe, expect, test } from '@jest/globals';
import { checkRunner, widenThreadPool } from '../src/runner.ts';

test('Linux will do', () => {
  expect(() => checkRunner('linux')).not.toThrow();
});

test.each(['darwin', 'win32', 'freebsd'] as const)('%s is refused in a line', (platform) => {
  expect(() => checkRunner(platform)).toThrow(
    expect.objectContaining({
      kind: 'usage',
      message: `container-preload runs on Linux, and this is ${platform}`,
      hint: 'in GitHub Actions: runs-on: ubuntu-24.04',
    }),
  );
});

describe("libuv's threads", () => {
  const before = process.env.UV_THREADPOOL_SIZE;
  afterEach(() => {
    if (before === undefined) delete process.env.UV_THREADPOOL_SIZE;
    else process.env.UV_THREADPOOL_SIZE = before;
  });

  test('are as many as are wanted', () => {
    delete process.env.UV_THREADPOOL_SIZE;
    widenThreadPool(10);
    expect(process.env.UV_THREADPOOL_SIZE).toBe('10');
  });

  test('are as many as the user says', () => {
    process.env.UV_THREADPOOL_SIZE = '2';
    widenThreadPool(10);
    expect(process.env.UV_THREADPOOL_SIZE).toBe('2');
  });
});

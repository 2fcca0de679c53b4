import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { garbageCollector } from '../src/garbage.ts';

test('buffers that nobody holds are gone when they are enough', async () => {
  const size = 64 << 20;
  const discard = garbageCollector(2 * size);
  const before = process.memoryUsage().arrayBuffers;
  Buffer.alloc(size);
  discard(size);
  await turn();
  expect(process.memoryUsage().arrayBuffers).toBeGreaterThanOrEqual(before + size);
  Buffer.alloc(size);
  discard(size);
  await turn();
  expect(process.memoryUsage().arrayBuffers).toBeLessThan(before + size);
});

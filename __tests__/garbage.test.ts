import { expect, test } from '@jest/globals';
import { garbageCollector } from '../src/garbage.ts';

test('buffers that nobody holds are gone at once', async () => {
  const collectGarbage = garbageCollector();
  const before = process.memoryUsage().arrayBuffers;
  const size = 64 << 20;
  Buffer.alloc(size);
  expect(process.memoryUsage().arrayBuffers).toBeGreaterThanOrEqual(before + size);
  collectGarbage();
  expect(process.memoryUsage().arrayBuffers).toBeLessThan(before + size);
});

import { expect, test } from '@jest/globals';
import { whyNot } from '../../src/boot/kvm.ts';

// Programs in the place of qemu: where these tests run, KVM is there or it is not.

const signal = new AbortController().signal;
const qemu = (script: string) => ['sh', '-c', script];

test.each([
  ['runs a kernel', 'echo "[    0.000000] Linux version 6.1"', undefined],
  ['runs nothing', 'exit 0', 'it ran no kernel'],
  ['refuses', 'echo first >&2; echo "no kvm" >&2; exit 1', 'qemu cannot use it: no kvm'],
])('a qemu that %s', async (_, script, because) => {
  expect(await whyNot(qemu(script), signal)).toBe(because);
});

test('a qemu that hangs and heeds no signal is ended in seconds', async () => {
  const begun = performance.now();
  const hangs = 'trap "" TERM; echo "Linux version"; while :; do sleep 1; done';
  expect(await whyNot(qemu(hangs), signal)).toBe('it did not run a kernel within 8 s');
  expect(performance.now() - begun).toBeLessThan(15_000);
}, 30_000);

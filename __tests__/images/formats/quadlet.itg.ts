import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';
import { goProgram } from '../../support/go.ts';
import { tempDirs } from '../../support/temp.ts';
import { QUADLET_CASES } from './quadlet-cases.ts';

// The program that makes units of quadlets on a device, at the version in quadlet-go/go.mod.
jest.setTimeout(300_000);

const temp = tempDirs();
const go = goProgram(
  "quadlets as Podman's own generator reads them",
  join(import.meta.dirname, 'quadlet-go'),
  'github.com/containers/podman/v5/cmd/quadlet',
);
afterAll(temp.remove);

go.describe("Podman's own generator", () => {
  test.each(QUADLET_CASES)('%s', async (_, files, expected) => {
    const folder = await temp.make('units');
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    const { status, stdout } = go.run(['-dryrun', '-no-kmsg-log'], { QUADLET_UNIT_DIRS: folder });
    expect(status).toBe(expected === 'refused' ? 1 : 0);
    if (expected !== 'refused') {
      expect(imagesOf(serviceOf(stdout, Object.keys(files)[0] ?? ''))).toEqual(expected);
    }
  });
});

/** The command of the service that a unit became. */
function serviceOf(printed: string, unit: string): string {
  const ending = extname(unit);
  const name = unit.slice(0, -ending.length);
  const service = `${name}${ending === '.container' ? '' : ending.replace('.', '-')}.service`;
  const [, rest = ''] = printed.split(`---${service}---\n`);
  const [text = ''] = rest.split('\n---');
  return /^ExecStart=(.*)$/m.exec(text)?.[1] ?? '';
}

/** The image that is run or pulled is the last word, unless there is only a root file system. */
function imagesOf(command: string): string[] {
  const words = command.split(' ');
  const own = words.includes('--rootfs') || words.includes('volume') ? [] : words.slice(-1);
  const others = command.matchAll(/(?:type=image,(?:\S*,)?(?:source|src)|--opt image)=([^\s,]+)/g);
  return [...own, ...Array.from(others, ([, image = '']) => image)];
}

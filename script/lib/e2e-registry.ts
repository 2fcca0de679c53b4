import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { push } from '../../__tests__/support/push.ts';
import { startRegistry } from '../../__tests__/support/registry.ts';
import { demoImages, plainImage } from './demo-images.ts';

/** What the lists of `e2e-examples.ts` name, by the registries that it comes from there. */
const EXAMPLES = [
  ['docker.io/library/eclipse-mosquitto', '2.0.22'],
  ['ghcr.io/acme/gateway', '4.1'],
  ['quay.io/acme/player', '2'],
] as const;

/**
 * A registry with the images of the demonstration and the examples, until SIGTERM: for workflows, whose steps share a
 * machine but no process. Once all is there, `file` holds its host and this process's ID.
 *
 *   node script/lib/e2e-registry.ts FILE
 */
async function serve(file: string): Promise<void> {
  const registry = await startRegistry();
  process.once('SIGTERM', () => void registry.stop().then(() => process.exit(0)));
  for (const { repository, tag, index } of await demoImages()) {
    await push(registry, repository, tag, index);
  }
  for (const [repository, tag] of EXAMPLES) {
    await push(registry, repository, tag, await plainImage(repository));
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, `${registry.host} ${process.pid}\n`);
  await rename(`${file}.new`, file);
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('node script/lib/e2e-registry.ts FILE');
await serve(file);

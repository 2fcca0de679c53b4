import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { push } from '../../__tests__/support/push.ts';
import { startRegistry } from '../../__tests__/support/registry.ts';
import { demoImages } from './demo-images.ts';

/**
 * A registry with the images of the demonstration, until SIGTERM: for workflows, whose steps share a
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
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, `${registry.host} ${process.pid}\n`);
  await rename(`${file}.new`, file);
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('node script/lib/e2e-registry.ts FILE');
await serve(file);

import { AsyncLocalStorage } from 'node:async_hooks';
import { symlinkSync } from 'node:fs';
import { restoreCache, saveCache } from '@actions/cache';
import {
  type ClientMessage,
  type ClientRequest,
  ENTRY,
  type NumberedRequest,
} from './store/client.ts';

/**
 * The program around GitHub's own client of the Actions cache. That client cannot be stopped, reads its
 * folders from the environment, and says what went wrong in workflow commands alone: so it has a
 * process of its own, in whose standard output nobody else writes (`startClient`).
 */
function main(): void {
  const hearing = new AsyncLocalStorage<(text: string) => void>();
  process.stdout.write = (chunk: string | Uint8Array) => {
    hearing.getStore()?.(String(chunk));
    return true;
  };
  process.on('message', async (request: NumberedRequest) => {
    const { id } = request;
    let said = '';
    const hear = (text: string) => {
      said += text;
      // Commands come one by one; the key of somebody else's entry is shown as it is, and may have lines.
      const archive = /^::debug::archive path: (.*)/i.exec(text)?.[1];
      if (archive === undefined) return;
      // The client fills, or reads, our file: nothing needs to be packed or moved.
      symlinkSync(request.path, decodeURIComponent(archive));
      answer({ id, found: true });
    };
    const done = await hearing.run(hear, perform, request).catch((error: Error) => {
      said += `::warning::${error.message}\n`;
      return false;
    });
    answer({ id, done, said });
  });
  process.on('disconnect', () => process.exit());
  answer({ ready: true });
}

function answer(message: ClientMessage): void {
  process.send?.(message);
}

/** Only equal keys count: the client also takes a key for the start of others. */
async function perform({ operation, key }: ClientRequest): Promise<boolean> {
  if (operation === 'save') return (await saveCache([ENTRY], key)) !== -1;
  const options = { lookupOnly: operation === 'look' };
  return (await restoreCache([ENTRY], key, [], options)) === key;
}

main();

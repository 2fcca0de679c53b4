import { restoreCache, saveCache } from '@actions/cache';
import { type ClientMessage, type ClientRequest, ENTRY } from './store/client.ts';

/**
 * The program around GitHub's own client of the Actions cache. That client cannot be stopped, reads its
 * folders from the environment, and says what went wrong in workflow commands alone: so it has a
 * process of its own, in whose standard output nobody else writes (`startClient`).
 */
function main(): void {
  let said = '';
  const answer = (message: ClientMessage) => process.send?.(message);
  process.stdout.write = (chunk: string | Uint8Array) => {
    said += chunk;
    if (/^::debug::archive path:/im.test(String(chunk))) answer({ found: true });
    return true;
  };
  process.on('message', async (request: ClientRequest) => {
    said = '';
    const done = await perform(request).catch((error: Error) => {
      said += `::warning::${error.message}\n`;
      return false;
    });
    answer({ done, said });
  });
  process.on('disconnect', () => process.exit());
  answer({ ready: true });
}

/** Only equal keys count: the client also takes a key for the start of others. */
async function perform({ operation, key }: ClientRequest): Promise<boolean> {
  if (operation === 'save') return (await saveCache([ENTRY], key)) !== -1;
  const options = { lookupOnly: operation === 'look' };
  return (await restoreCache([ENTRY], key, [], options)) === key;
}

main();

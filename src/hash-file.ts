import { createHash } from 'node:crypto';
import { readFileChunks } from './read-chunks.ts';

/** The hash of a file's bytes, hexadecimal. @param algorithm as node:crypto calls it */
export async function hashFile(path: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  await readFileChunks(path, (chunk) => hash.update(chunk));
  return hash.digest('hex');
}

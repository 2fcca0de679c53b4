import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** The hash of a file's bytes, hexadecimal. @param algorithm as node:crypto calls it */
export async function hashFile(path: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

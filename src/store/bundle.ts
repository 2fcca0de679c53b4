import { createReadStream, createWriteStream } from 'node:fs';
import { open, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A part of a bundle: its bytes in memory or in a file. */
export interface BundlePart {
  readonly name: string;
  readonly content: Uint8Array | string;
}

/** Bytes that the first line may have: names and sizes of some 10,000 parts. */
const LONGEST_HEAD = 1 << 20;

/** Writes several small files as one: a line of JSON with their names and sizes, and then their bytes. */
export async function writeBundle(path: string, parts: readonly BundlePart[]): Promise<void> {
  const sizes = await Promise.all(
    parts.map(async ({ content }) =>
      typeof content === 'string' ? (await stat(content)).size : content.length,
    ),
  );
  const head = parts.map(({ name }, index) => [name, sizes[index]]);
  await pipeline(async function* () {
    yield `${JSON.stringify(head)}\n`;
    for (const { content } of parts) {
      if (typeof content === 'string') yield* createReadStream(content);
      else yield content;
    }
  }, createWriteStream(path));
}

/**
 * Takes a bundle apart, whatever wrote it: a name from it is never the name of a file.
 *
 * @param folder exists, and is empty
 * @returns the paths of the parts by their names; undefined where it is no whole bundle
 */
export async function readBundle(
  path: string,
  folder: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  const head = await readHead(path);
  const { size } = await stat(path);
  const total = head?.parts.reduce((sum, [, bytes]) => sum + bytes, head.length);
  if (head === undefined || total !== size) return undefined;
  const paths = new Map<string, string>();
  let start = head.length;
  for (const [index, [name, bytes]] of head.parts.entries()) {
    const part = join(folder, String(index));
    const end = start + bytes - 1;
    if (bytes === 0) await writeFile(part, '');
    else await pipeline(createReadStream(path, { start, end }), createWriteStream(part));
    paths.set(name, part);
    start += bytes;
  }
  return paths;
}

interface Head {
  /** Bytes, the end of the line included. */
  readonly length: number;
  readonly parts: readonly (readonly [name: string, bytes: number])[];
}

async function readHead(path: string): Promise<Head | undefined> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST_HEAD), 0, LONGEST_HEAD, 0);
    const end = buffer.subarray(0, bytesRead).indexOf('\n');
    const parts: unknown = JSON.parse(buffer.toString('utf8', 0, Math.max(0, end)));
    return isHead(parts) ? { length: end + 1, parts } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  } finally {
    await file.close();
  }
}

function isHead(value: unknown): value is Head['parts'] {
  const isPart = (part: unknown) =>
    Array.isArray(part) &&
    part.length === 2 &&
    typeof part[0] === 'string' &&
    Number.isSafeInteger(part[1]) &&
    part[1] >= 0;
  return Array.isArray(value) && value.every(isPart);
}

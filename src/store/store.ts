import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { lstat, mkdtemp, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../folder.ts';
import { hashFile } from '../hash-file.ts';
import { algorithmOf, type Digest, digestLike, hexOf } from '../images/digest.ts';
import { ownerPrefix } from '../owner.ts';
import { linkAtomically, linkOrCopy, writeAtomically } from './files.ts';
import { entriesRoot, removeDeadWork } from './layout.ts';

/** Facts that stand beside an entry; the store itself needs the first two, to know damage. */
export interface EntryFacts {
  /** Bytes of the entry's file. */
  readonly size: number;
  /** Hexadecimal, of the entry's file. */
  readonly sha256: string;
}

/**
 * The local store: content-addressed files that any number of processes share. Entries appear by
 * rename and are never changed, so a reader needs no lock. What a run takes is linked into its own
 * work folder first: pruning in another process cannot take it away.
 *
 * Layout: `v1/blobs/ALGORITHM/HEX`, `v1/KIND/HEX` with `v1/KIND/HEX.json`, `work/RUN/`.
 */
export interface Store {
  /** This run's folder on the store's file system; `close` removes it. */
  readonly workDir: string;
  /** A manifest or config; its bytes are checked. */
  getDocument(digest: Digest): Promise<Buffer | undefined>;
  putDocument(digest: Digest, bytes: Buffer): Promise<void>;
  /**
   * A layer's blob, of which only the size is checked here: who reads it hashes it. One of another
   * size than the manifest says is hashed at once: the manifest may lie, and then the blob is good.
   */
  takeBlob(digest: Digest, size: number): Promise<string | undefined>;
  putBlob(digest: Digest, path: string): Promise<void>;
  dropBlob(digest: Digest): Promise<void>;
  /** An entry whose bytes are checked against its facts; a damaged one is dropped and absent. */
  takeEntry<Facts extends EntryFacts>(
    name: string,
  ): Promise<{ path: string; facts: Facts } | undefined>;
  /** Whether an entry of the right size is there; its bytes are not looked at. */
  hasEntry(name: string): Promise<boolean>;
  putEntry(name: string, path: string, facts: EntryFacts): Promise<void>;
  /** Facts without a file of their own: about something that the store has under another name. */
  getFacts<Facts>(name: string): Promise<Facts | undefined>;
  putFacts(name: string, facts: object): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the store, which need not exist, and clears what killed runs have left.
 *
 * @param onDamage is told the name of every entry that had to be dropped
 */
export async function openStore(root: string, onDamage: (name: string) => void): Promise<Store> {
  await makeFolder(join(root, 'work'));
  await removeDeadWork(root);
  const workDir = await mkdtemp(join(root, 'work', ownerPrefix()));
  const entries = entriesRoot(root);
  const blobName = (digest: Digest) => join('blobs', algorithmOf(digest), hexOf(digest));
  const pathOf = (name: string) => join(entries, name);
  let taken = 0;
  // The way out of a run that did not come to `close`.
  const removeAtExit = () => {
    try {
      rmSync(workDir, { recursive: true, force: true });
    } catch {
      // A later run clears it away.
    }
  };
  process.on('exit', removeAtExit);

  const drop = async (name: string) => {
    onDamage(name);
    // What cannot be removed is replaced, or found damaged again.
    await Promise.allSettled([
      rm(pathOf(name), { recursive: true, force: true }),
      rm(pathOf(`${name}.json`), { recursive: true, force: true }),
    ]);
  };
  /**
   * A name of this run's own for an entry's file, and a note that it was used now. An entry that
   * cannot be read is as good as none: a cache never fails a build.
   */
  const take = async (name: string): Promise<string | undefined> => {
    taken += 1;
    const path = join(workDir, `taken-${taken}`);
    try {
      if (await isFile(pathOf(name))) {
        await linkOrCopy(pathOf(name), path);
        await touch(pathOf(name));
        return path;
      }
    } catch {
      return undefined;
    }
    await drop(name);
    return undefined;
  };
  const getFacts = async <Facts>(name: string): Promise<Facts | undefined> => {
    try {
      const path = pathOf(`${name}.json`);
      const facts = (await isFile(path)) ? unseal(await readFile(path, 'utf8')) : undefined;
      if (facts !== undefined) {
        await touch(path);
        return facts as Facts;
      }
    } catch (error) {
      if (isAbsent(error)) return undefined;
    }
    await drop(name);
    return undefined;
  };
  const putFacts = (name: string, facts: object) =>
    writeAtomically(pathOf(`${name}.json`), seal(facts), workDir);

  return {
    workDir,
    async getDocument(digest) {
      const path = await take(blobName(digest));
      if (path === undefined) return undefined;
      const bytes = await readFile(path).catch(() => undefined);
      if (bytes && digestLike(digest, bytes) === digest) return bytes;
      await drop(blobName(digest));
      return undefined;
    },
    putDocument: (digest, bytes) => writeAtomically(pathOf(blobName(digest)), bytes, workDir),
    async takeBlob(digest, size) {
      const path = await take(blobName(digest));
      if (path === undefined || (await stat(path)).size === size) return path;
      if ((await hashFile(path, algorithmOf(digest))) === hexOf(digest)) return path;
      await drop(blobName(digest));
      return undefined;
    },
    putBlob: (digest, path) => linkAtomically(path, pathOf(blobName(digest)), workDir),
    dropBlob: (digest) => drop(blobName(digest)),
    async takeEntry<Facts extends EntryFacts>(name: string) {
      const facts = await getFacts<Facts>(name);
      const path = facts && (await take(name));
      if (!facts || path === undefined) return undefined;
      const sha256 = await hashFile(path, 'sha256').catch(() => undefined);
      if (sha256 === facts.sha256) return { path, facts };
      await drop(name);
      return undefined;
    },
    async hasEntry(name) {
      const facts = await getFacts<EntryFacts>(name);
      if (facts === undefined) return false;
      const found = await lstat(pathOf(name)).catch(() => undefined);
      return found?.isFile() === true && found.size === facts.size;
    },
    async putEntry(name, path, facts) {
      // The facts come last: without them the entry is not there.
      await linkAtomically(path, pathOf(name), workDir);
      await putFacts(name, facts);
    },
    getFacts,
    putFacts,
    // Work that is being stopped may still write into it.
    async close() {
      await rm(workDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
      process.off('exit', removeAtExit);
    },
  };
}

/** Facts as they are written: with a digest of their own, since nothing else tells that they are right. */
function seal(facts: object): string {
  return JSON.stringify({ facts, sha256: hashOf(JSON.stringify(facts)) });
}

/** Undefined for what is damaged. */
function unseal(text: string): unknown {
  try {
    const { facts, sha256 } = JSON.parse(text) as { facts?: object; sha256?: string };
    return facts !== undefined && hashOf(JSON.stringify(facts)) === sha256 ? facts : undefined;
  } catch {
    return undefined;
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What is no regular file is damage; a pipe would be read for ever. */
async function isFile(path: string): Promise<boolean> {
  return (await lstat(path)).isFile();
}

/** What the file system says of an entry that is not there. */
function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code));
}

/** The time of last use, which pruning goes by. A store that may only be read stays unmarked. */
async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}

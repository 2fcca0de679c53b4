import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { killed, run } from '../exec.ts';
import { algorithmOf, type Digest, hexOf } from '../images/digest.ts';
import { imageError, silenceError, skopeoError, type TransientError } from './failure.ts';
import { defaultPatience, withRetries } from './retry.ts';
import { copyToLayout, dockerSource } from './skopeo.ts';
import type { Layer, RegistryContext, Resolution } from './types.ts';

/** The blobs that one image brings for all of them. */
export interface FetchTask {
  readonly image: Resolution;
  /** Each blob once. */
  readonly wanted: readonly Layer[];
}

/**
 * Shares the wanted blobs out: each goes to the first image that has it. An image that brings
 * nothing has no task.
 *
 * @param has whether nothing of a layer needs to be fetched
 */
export function planFetch(
  images: readonly Resolution[],
  has: (layer: Layer) => boolean,
): readonly FetchTask[] {
  const taken = new Set<Digest>();
  const take = (layer: Layer) => {
    if (taken.has(layer.blob) || has(layer)) return false;
    taken.add(layer.blob);
    return true;
  };
  return images
    .map((image) => ({ image, wanted: image.layers.filter(take) }))
    .filter(({ wanted }) => wanted.length > 0);
}

export interface FetchContext extends RegistryContext {
  /**
   * Called for each wanted blob as soon as it is there whole, while others still come. The file may be
   * read, or moved away; what is left of it is removed when the promise resolves.
   */
  readonly onBlob: (blob: Digest, path: string) => Promise<void> | void;
  /** Bytes that this task has so far; less than before when a download broke and starts again. */
  readonly onProgress?: (bytes: number) => void;
}

/**
 * Downloads the wanted blobs of one image, in one run of skopeo, and waits for every `onBlob`.
 *
 * skopeo checks each blob against its digest on the way. Blobs that arrived whole survive a failed
 * try. It reads the config in any case, and a layer that stands twice in one image twice when both
 * turns come at the same time: in practice that is the empty layer.
 *
 * @throws UserError (failure); what `onBlob` throws; the reason of `signal`
 */
export async function fetchBlobs(task: FetchTask, context: FetchContext): Promise<void> {
  const { localBlobs } = task.image;
  if (localBlobs !== undefined) return handOver(task, localBlobs, context);
  const folder = await mkdtemp(join(context.workDir, 'fetch-'));
  const download = startDownload(task, folder, context);
  try {
    const { written: image } = task.image.image;
    const { signal, onRetry, patience } = context;
    await withRetries(() => copyOnce(download), { image, signal, onRetry, patience });
    await Promise.all(download.deliveries);
  } finally {
    await Promise.allSettled(download.deliveries);
    await rm(folder, { recursive: true, force: true });
  }
}

const POLL_MS = 50;

/** A local image was copied when it was resolved. */
async function handOver({ wanted }: FetchTask, directory: string, context: FetchContext) {
  let bytes = 0;
  for (const { blob, size } of wanted) {
    context.signal.throwIfAborted();
    bytes += size;
    context.onProgress?.(bytes);
    await deliver(blob, join(directory, hexOf(blob)), context);
  }
}

/** One image's download, over all its tries. */
interface Download {
  readonly task: FetchTask;
  readonly context: FetchContext;
  readonly layout: string;
  readonly blobs: string;
  /** Where whole blobs wait for `onBlob`, out of skopeo's way. */
  readonly ready: string;
  /** What has not come yet. */
  readonly missing: Map<Digest, Layer>;
  readonly deliveries: Promise<void>[];
  /** Ends skopeo when an `onBlob` or our own work on files has failed. */
  readonly refused: AbortController;
}

function startDownload(task: FetchTask, folder: string, context: FetchContext): Download {
  return {
    task,
    context,
    layout: join(folder, 'layout'),
    blobs: join(folder, 'blobs'),
    ready: join(folder, 'ready'),
    missing: new Map(task.wanted.map((layer) => [layer.blob, layer])),
    deliveries: [],
    refused: new AbortController(),
  };
}

async function copyOnce(download: Download): Promise<void> {
  const { task, context, layout, blobs, missing, refused } = download;
  const { image, manifestDigest } = task.image;
  await prepare(download);
  const stalled = new AbortController();
  const finished = new AbortController();
  const argv = copyToLayout({
    source: dockerSource({ repository: repositoryOf(task), digest: manifestDigest }),
    layout,
    blobs,
    access: context.access,
  });
  const signal = AbortSignal.any([context.signal, stalled.signal, refused.signal]);
  let said = '';
  const onStderr = (text: string) => {
    said += text;
  };
  const running = run(argv, { signal, onStderr });
  const onStall = (milliseconds: number) => stalled.abort(stall(download, milliseconds, said));
  const watching = watch(download, onStall, finished.signal).catch((error) => refused.abort(error));
  const { code, stderr } = await running.finally(async () => {
    finished.abort();
    await watching;
  });
  refused.signal.throwIfAborted();
  if (code !== 0) throw killed(argv, code) ?? skopeoError(image, stderr);
  if (missing.size === 0) return;
  throw imageError(image, `skopeo did not bring the blobs ${[...missing.keys()].join(', ')}`);
}

/**
 * Lays an empty file in place of each blob that is not wanted or has come already: skopeo takes a
 * file of the right name for the blob and looks no further.
 */
async function prepare({ task, layout, blobs, ready, missing }: Download): Promise<void> {
  const { layers } = task.image;
  await rm(layout, { recursive: true, force: true });
  await mkdir(ready, { recursive: true });
  for (const { blob } of layers) {
    if (!missing.has(blob)) await standIn(blobPath(blobs, blob));
  }
}

function blobPath(blobs: string, digest: Digest): string {
  return join(blobs, algorithmOf(digest), hexOf(digest));
}

async function standIn(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '');
}

/** Looks for whole blobs and for progress until skopeo has finished, and once more then. */
async function watch(
  download: Download,
  onStall: (milliseconds: number) => void,
  finished: AbortSignal,
) {
  const { onProgress, patience } = download.context;
  const { stallMs } = { ...defaultPatience, ...patience };
  let last = { bytes: -1, at: Date.now() };
  for (let more = true; more; ) {
    more = !finished.aborted;
    await collect(download);
    // A blob that becomes whole just now is seen neither on its way nor among those that came.
    const bytes = Math.max(last.bytes, await received(download));
    if (bytes !== last.bytes) {
      last = { bytes, at: Date.now() };
      onProgress?.(bytes);
    } else if (Date.now() - last.at > stallMs) {
      onStall(stallMs);
    }
    if (more) await sleep(POLL_MS, undefined, { signal: finished }).catch(() => undefined);
  }
}

/** Takes the blobs that are whole: skopeo writes under another name and renames. */
async function collect({ context, blobs, ready, missing, deliveries, refused }: Download) {
  for (const { blob } of missing.values()) {
    const path = join(ready, hexOf(blob));
    if (!(await moved(blobPath(blobs, blob), path))) continue;
    missing.delete(blob);
    await standIn(blobPath(blobs, blob));
    const delivery = deliver(blob, path, context);
    delivery.catch((error) => refused.abort(error));
    deliveries.push(delivery);
  }
}

async function deliver(blob: Digest, path: string, { onBlob }: FetchContext): Promise<void> {
  await onBlob(blob, path);
  await rm(path, { force: true });
}

async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Bytes of the wanted blobs that came whole, and of all that is on its way (`oci-put-blob*`). */
async function received({ task, layout, missing }: Download): Promise<number> {
  const whole = task.wanted.filter(({ blob }) => !missing.has(blob));
  const names = await readdir(layout).catch(() => []);
  const parts = names.filter((name) => name.startsWith('oci-put-blob'));
  const sizes = await Promise.all(parts.map((name) => sizeOf(join(layout, name))));
  return [...whole.map(({ size }) => size), ...sizes].reduce((sum, size) => sum + size, 0);
}

/** 0 for a file that skopeo has renamed in the meantime. */
async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

function stall({ task }: Download, milliseconds: number, said: string): TransientError {
  const why = `no byte came for ${milliseconds / 1000} s`;
  return silenceError(task.image.image, { why, hint: 'check the network' }, said);
}

function repositoryOf({ image: { image } }: FetchTask): string {
  if (image.source.transport !== 'docker') throw new Error('a local image without its blobs');
  return image.source.reference.repository;
}

import { createHash } from 'node:crypto';
import { hexOf } from '../images/digest.ts';
import type { PackagedImage } from './types.ts';

/** One line of image.list, the file that the loader on the device reads. */
export interface ListedImage {
  readonly reference: string;
  /** Names the files that the loader keeps about this reference. */
  readonly key: string;
  readonly config: string;
  readonly manifest: string;
  /** Bytes of the uncompressed layers. */
  readonly size: number;
  readonly fetchOnly: boolean;
  /** Name of the image fragment. */
  readonly image: string;
  /** From the base up; the same layer may stand there twice. */
  readonly layers: readonly ListedLayer[];
}

export interface ListedLayer {
  /** Name of the layer fragment. */
  readonly fragment: string;
  /** Hexadecimal digits of the diff ID. */
  readonly diffId: string;
  /** Bytes of the uncompressed layer. */
  readonly size: number;
}

const FIRST_LINE = '# container-preload image list 2';
const FETCH_ONLY = 'fetch-only';
const EMPTY = '-';

export function listedImage(image: PackagedImage): ListedImage {
  return {
    reference: image.reference,
    key: referenceKey(image.reference),
    config: image.configDigest,
    manifest: image.archiveManifestDigest,
    size: image.unpackedSize,
    fetchOnly: image.fetchOnly,
    image: image.imageFragment.name,
    layers: image.layers.map(({ fragment, diffId, unpackedSize }) => ({
      fragment: fragment.name,
      diffId: hexOf(diffId),
      size: unpackedSize,
    })),
  };
}

/** The first 32 hex digits of the reference's sha256: a name that every file system takes. */
export function referenceKey(reference: string): string {
  return createHash('sha256').update(reference).digest('hex').slice(0, 32);
}

/** image.list: nine columns with one space between, `-` for an empty one. */
export function formatImageList(images: readonly ListedImage[]): string {
  return [FIRST_LINE, ...images.map(formatLine), ''].join('\n');
}

/** @throws Error for a file of another format */
export function parseImageList(text: string): ListedImage[] {
  const [first, ...lines] = text.split('\n');
  if (first !== FIRST_LINE) throw new Error(`its first line is not "${FIRST_LINE}"`);
  if (lines.pop() !== '') throw new Error('its last line has no end');
  return lines.map(parseLine);
}

function formatLine(image: ListedImage): string {
  const columns = [
    image.reference,
    image.key,
    image.config,
    image.manifest,
    String(image.size),
    image.fetchOnly ? FETCH_ONLY : EMPTY,
    image.image,
    image.layers.map(({ fragment }) => fragment).join(',') || EMPTY,
    image.layers.map(({ diffId, size }) => `${diffId}:${size}`).join(',') || EMPTY,
  ];
  if (columns.some((column) => !/^[\x21-\x7e]+$/.test(column))) {
    throw new Error(`a column of image.list is empty or holds a space: ${JSON.stringify(columns)}`);
  }
  return columns.join(' ');
}

function parseLine(line: string, index: number): ListedImage {
  const columns = line.split(' ');
  const [reference, key, config, manifest, size, flags, image, layers, contents] = columns;
  if (columns.length !== 9 || !reference || !key || !config || !manifest || !image) {
    throw new Error(`line ${index + 2} has not nine columns`);
  }
  if (!/^\d+$/.test(size ?? '')) throw new Error(`line ${index + 2}: the size is no number`);
  if (flags !== EMPTY && flags !== FETCH_ONLY) {
    throw new Error(`line ${index + 2}: unknown flags ${flags}`);
  }
  return {
    reference,
    key,
    config,
    manifest,
    size: Number(size),
    fetchOnly: flags === FETCH_ONLY,
    image,
    layers: parseLayers(layers, contents, index),
  };
}

function parseLayers(layers = '', contents = '', index: number): ListedLayer[] {
  const [fragments, sized] = [items(layers), items(contents)];
  return fragments.map((fragment, position) => {
    const [, diffId, size] = /^([0-9a-f]+):(\d+)$/.exec(sized[position] ?? '') ?? [];
    if (fragments.length !== sized.length || diffId === undefined) {
      throw new Error(`line ${index + 2}: layers and their contents do not agree`);
    }
    return { fragment, diffId, size: Number(size) };
  });
}

function items(column: string): string[] {
  return column === EMPTY ? [] : column.split(',');
}

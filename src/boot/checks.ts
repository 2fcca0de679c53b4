import { isDeepStrictEqual } from 'node:util';
import { failure } from '../errors.ts';
import { plural } from '../plural.ts';
import type { BaseArchitecture } from './base/types.ts';
import type { ShownImage } from './engine.ts';
import type { ImageUnderTest } from './types.ts';

/** Compares one side of an image with what its package says. */
export interface ImageCheck {
  readonly name: string;
  /** What was found. @throws UserError (failure) with what was expected too */
  compare(shown: ShownImage, image: ImageUnderTest): string;
}

export const ID_CHECK: ImageCheck = { name: 'ID', compare: checkId };

/** What can be said of an image from what its engine shows, without running it. */
export const IMAGE_CHECKS: readonly ImageCheck[] = [
  ID_CHECK,
  { name: 'architecture', compare: checkArchitecture },
  { name: 'layers', compare: checkLayers },
  { name: 'entrypoint and labels', compare: checkSettings },
];

function checkId({ id }: ShownImage, { configDigest, manifestDigest }: ImageUnderTest): string {
  if (id === configDigest) return `${short(id)}, the digest of its config`;
  if (id === manifestDigest) return `${short(id)}, the digest of its manifest`;
  throw failure(`its ID is ${short(id)}, not ${short(configDigest)} nor ${short(manifestDigest)}`);
}

function checkArchitecture(shown: ShownImage, image: ImageUnderTest): string {
  if (shown.architecture === image.architecture) return shown.architecture;
  throw failure(`it is for ${shown.architecture}, not ${image.architecture}`);
}

function checkLayers(shown: ShownImage, image: ImageUnderTest): string {
  if (isDeepStrictEqual(shown.layers, image.layers)) return plural(image.layers.length, 'layer');
  const differs = image.layers.findIndex((layer, n) => layer !== shown.layers[n]);
  if (differs < 0)
    throw failure(`${plural(shown.layers.length, 'layer')}, not ${image.layers.length}`);
  throw failure(
    `layer ${differs + 1} is ${short(shown.layers[differs] ?? 'absent')}, not ${short(image.layers[differs] ?? '')}`,
  );
}

function checkSettings(shown: ShownImage, { settings }: ImageUnderTest): string {
  for (const name of ['entrypoint', 'command', 'labels'] as const) {
    if (isDeepStrictEqual({ ...shown[name] }, { ...settings[name] })) continue;
    const [found, wanted] = [shown[name], settings[name]].map((value) => JSON.stringify(value));
    throw failure(`its ${name} is ${found}, not ${wanted}`);
  }
  const count = Object.keys(settings.labels).length;
  return `${JSON.stringify([...settings.entrypoint, ...settings.command])}, ${plural(count, 'label')}`;
}

/** What `uname -m` says in a container, by the architecture of the machine. */
const KERNEL_MACHINES: Readonly<Record<BaseArchitecture, readonly string[]>> = {
  amd64: ['x86_64'],
  arm64: ['aarch64'],
  armhf: ['armv7l', 'armv8l'],
};

/** @throws UserError (failure) for the name of another processor */
export function checkKernelMachine(machine: string, architecture: BaseArchitecture): string {
  if (KERNEL_MACHINES[architecture].includes(machine)) return machine;
  throw failure(`uname -m says ${machine}, not ${KERNEL_MACHINES[architecture].join(' or ')}`);
}

function short(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}

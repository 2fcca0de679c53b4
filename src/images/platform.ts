import { usageError } from '../errors.ts';

/** An OCI platform; `variants` from the best to the oldest that the Debian port still runs. */
export interface Platform {
  readonly os: 'linux';
  readonly architecture: string;
  readonly variants: readonly string[];
}

/** Debian architectures whose images exist, and what the OCI image specification calls them. */
export type DebianArchitecture = keyof typeof PLATFORMS;

const PLATFORMS = {
  amd64: { os: 'linux', architecture: 'amd64', variants: [] },
  arm64: { os: 'linux', architecture: 'arm64', variants: ['v8'] },
  armhf: { os: 'linux', architecture: 'arm', variants: ['v7', 'v6', 'v5'] },
  armel: { os: 'linux', architecture: 'arm', variants: ['v5'] },
  i386: { os: 'linux', architecture: '386', variants: [] },
  ppc64el: { os: 'linux', architecture: 'ppc64le', variants: [] },
  s390x: { os: 'linux', architecture: 's390x', variants: [] },
  riscv64: { os: 'linux', architecture: 'riscv64', variants: [] },
  loong64: { os: 'linux', architecture: 'loong64', variants: [] },
} as const satisfies Record<string, Platform>;

/** What "uname -m" says on the machines of a Debian port, as kiwi goes by it. */
export const MACHINES: Readonly<Record<DebianArchitecture, readonly string[]>> = {
  amd64: ['x86_64', 'amd64'],
  arm64: ['aarch64', 'arm64'],
  armhf: ['armv7l', 'armv7hl'],
  armel: ['armv5tel', 'armv5el', 'armv6l'],
  i386: ['ix86', 'i586', 'i686'],
  ppc64el: ['ppc64le'],
  s390x: ['s390x'],
  riscv64: ['riscv64'],
  loong64: [],
};

export const debianArchitectures = Object.keys(PLATFORMS) as readonly DebianArchitecture[];

/** @throws UserError (usage) for `all` and for what is no Debian architecture */
export function parseArchitecture(text: string): DebianArchitecture {
  if (Object.hasOwn(PLATFORMS, text)) return text as DebianArchitecture;
  if (text === 'all') {
    throw usageError('architecture all: an image has an architecture, so its package has one too', {
      hint: `one of ${debianArchitectures.join(', ')}`,
    });
  }
  const meant = debianNameOf(text);
  throw usageError(`unknown Debian architecture ${JSON.stringify(text)}`, {
    hint: meant ? `Debian calls it ${meant}` : `one of ${debianArchitectures.join(', ')}`,
  });
}

/** Of a name that a kernel, a registry or somebody in a hurry gives an architecture. */
function debianNameOf(text: string): DebianArchitecture | undefined {
  const name = text
    .toLowerCase()
    .replace(/^linux\//, '')
    .replaceAll('-', '_');
  return debianArchitectures.find((debian) =>
    [debian, PLATFORMS[debian].architecture, ...MACHINES[debian]].includes(name),
  );
}

export function platformOf(architecture: DebianArchitecture): Platform {
  return PLATFORMS[architecture];
}

/** `linux/arm/v7`, as registries and engines print it. */
export function formatPlatform(platform: {
  os: string;
  architecture: string;
  variant?: string | undefined;
}): string {
  return [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/');
}

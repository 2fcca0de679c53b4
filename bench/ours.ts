import { type Taken, type TakeOptions, take } from './process.ts';

/** What `container-preload build --json` printed of itself, as far as it is looked at here. */
export interface Told {
  readonly deb: string;
  readonly stats: {
    readonly blobsDownloaded: number;
    readonly bytesDownloaded: number;
    readonly layersCompressed: number;
    readonly layersReused: number;
    readonly debSize: number;
    readonly debReused: boolean;
    readonly seconds: Readonly<Record<'resolve' | 'layers' | 'package' | 'total', number>>;
  };
}

export interface OurRun {
  readonly references: readonly string[];
  /** 'original': as the registry has the layers. */
  readonly level: number | 'original';
  readonly cacheDir: string;
  readonly outputDir: string;
  /** dist/cli.js */
  readonly program: string;
  /** The node that runs it. */
  readonly node: string;
  /** Layers and frames compressed at once; by default one a processor. */
  readonly jobs?: number;
}

/** One run of the bundle. */
export async function runOurs(
  run: OurRun,
  options: TakeOptions = {},
): Promise<Taken & { readonly told: Told }> {
  const taken = await take(ourArgv(run), options);
  return { ...taken, told: JSON.parse(taken.stdout.toString()) as Told };
}

export function ourArgv(run: OurRun): string[] {
  return [
    ...[run.node, run.program, 'build', '--json', '--tls-verify=false', '--digest-policy=ignore'],
    ...['--images', run.references.join('\n'), '--arch=amd64', ...formArgv(run)],
    ...['--package=bench-images', '--version=1.0', '--maintainer=Bench <bench@example.org>'],
    ...['--cache-dir', run.cacheDir, '--output-dir', run.outputDir],
  ];
}

function formArgv({ level, jobs }: OurRun): string[] {
  const form = level === 'original' ? '--compression=original' : `--level=${level}`;
  return [form, ...(jobs === undefined ? [] : [`--jobs=${jobs}`])];
}

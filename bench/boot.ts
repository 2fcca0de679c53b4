import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bootstrapArgv } from '../src/boot/base/bootstrap.ts';
import { prepareBase } from '../src/boot/base/prepare.ts';
import { recipe } from '../src/boot/base/recipe.ts';
import { toolEnvironment } from '../src/boot/base/root.ts';
import { findSources } from '../src/boot/base/sources.ts';
import type { BaseOptions } from '../src/boot/base/types.ts';
import { debOnDevice } from '../src/boot/device.ts';
import { makeOverlay } from '../src/boot/disk.ts';
import { findAcceleration } from '../src/boot/kvm.ts';
import { machineParts } from '../src/boot/lab.ts';
import { startMachine } from '../src/boot/machine.ts';
import { preparePayload } from '../src/boot/payload.ts';
import { bootTest } from '../src/boot/run.ts';
import type { Acceleration } from '../src/boot/types.ts';
import { output } from '../src/boot/unit.ts';
import { readPackageUnderTest } from '../src/package-under-test.ts';
import { formatCase } from '../src/report/verdict.ts';
import type { Bench } from './bench.ts';
import { fourImages, pushImage } from './images.ts';
import { runOurs } from './ours.ts';
import { take } from './process.ts';

const GUEST = join(import.meta.dirname, '../guest');
const ENGINE = 'docker';
const MACHINE = { memory: 2048, cpus: 2, deadline: 3600 };

/** Wall times in seconds; downloads are in them. */
export interface BaseTimes {
  readonly runs: readonly {
    /** From nothing to a disk that boots. */
    readonly cold: number;
    readonly cached: number;
    /** mmdebstrap with qemu-user to a tarball: no kernel, no disk. */
    readonly rival: number;
  }[];
}

/** Wall times in seconds, on the same base, which is there already. */
export interface BootTimes {
  readonly acceleration: Acceleration;
  readonly images: readonly string[];
  /** `verdict[n]` and `bare[n]` stand side by side. */
  readonly verdict: readonly number[];
  readonly bare: readonly number[];
}

/** A base system for another architecture. */
export async function base(_level: number, bench: Bench): Promise<BaseTimes> {
  const runs: BaseTimes['runs'][number][] = [];
  for (let run = 1; run <= bench.runs; run += 1) {
    const folder = await mkdtemp(join(bench.work, 'base-'));
    const options = baseOptions('arm64', folder, folder);
    const rival = await bootstrapOnce(options, folder);
    const cold = await seconds(() => prepareBase({ ...options, method: 'quick' }));
    const cached = await seconds(() => prepareBase({ ...options, method: 'quick' }));
    await rm(folder, { recursive: true });
    runs.push({ cold, cached, rival });
    bench.say(
      `cold ${cold.toFixed(1)} s, cached ${cached.toFixed(1)} s, mmdebstrap ${rival.toFixed(1)} s`,
    );
  }
  return { runs };
}

async function bootstrapOnce(options: BaseOptions, folder: string): Promise<number> {
  const { packages } = recipe(options);
  const sources = await findSources(options);
  const argv = bootstrapArgv({ ...options, packages, sources }, join(folder, 'rival.tar'));
  return (await take(argv, { env: toolEnvironment(process.env) })).seconds;
}

/** A boot test against a person who boots the same machine and loads the same files by hand. */
export async function boot(level: number, bench: Bench): Promise<BootTimes> {
  const images = (await fourImages(bench.keep)).slice(0, 3);
  const references: string[] = [];
  for (const image of images) references.push(await pushImage(bench.registry, image));
  const cacheDir = join(bench.work, 'cache');
  const { told } = await runOurs({
    ...{ references, level, cacheDir, outputDir: join(bench.work, 'output') },
    ...{ program: bench.program, node: bench.node },
  });
  const folder = await mkdtemp(join(bench.work, 'boot-'));
  const known = await prepareBase(baseOptions('amd64', bench.keep, folder));
  const { signal } = new AbortController();
  const acceleration = await findAcceleration('amd64', known.kernel, signal);
  const pkg = await readPackageUnderTest(told.deb, signal);
  const [verdict, bare]: [number[], number[]] = [[], []];
  for (let run = 1; run <= bench.runs; run += 1) {
    const common = { base: known, packages: [pkg], guestDir: GUEST, workDir: folder, signal };
    bare.push(await bareOnce({ ...common, acceleration }));
    const found = await bootTest({
      ...{ ...common, ...MACHINE, jobs: 1, keep: false, shell: false, scenarios: ['fresh'] },
      logDir: join(folder, 'logs'),
      onCase: (one) => bench.say(formatCase(one)),
    });
    if (!found.ok) throw new Error(`the boot test failed: ${JSON.stringify(found.cases)}`);
    verdict.push(found.seconds);
    bench.say(
      `${run} of ${bench.runs}: by hand ${bare.at(-1)?.toFixed(1)} s, verdict ${found.seconds} s`,
    );
  }
  return { acceleration, images: images.map(({ about }) => about), verdict, bare };
}

/** What a person would type: unpack the package's files, and give each image to the engine. */
const BY_HAND = `
mkdir /var/tmp/package
dpkg-deb --extract "$1" /var/tmp/package
cd "$(dirname /var/tmp/package/usr/share/*/image.list)"
until docker info >/dev/null 2>&1; do sleep 1; done
loaded=''
sed 1d image.list | while read -r _ _ _ _ _ _ image layers _; do
  new=''
  for layer in $(echo "$layers" | tr , ' '); do
    case $loaded in *"$layer"*) ;; *) new="$new $layer" loaded="$loaded $layer" ;; esac
  done
  cat $new "$image" | zstd -dc | docker load --quiet
done
sync
`;

async function bareOnce(
  test: Pick<
    Parameters<typeof bootTest>[0],
    'base' | 'packages' | 'guestDir' | 'workDir' | 'signal'
  > & {
    acceleration: Acceleration;
  },
): Promise<number> {
  const { packages, workDir, base: known, signal } = test;
  const [pkg] = packages;
  if (pkg === undefined) throw new Error('no package');
  const folder = await mkdtemp(join(workDir, 'bare-'));
  const consoleLog = join(folder, 'console.log');
  const disk = join(folder, 'disk.qcow2');
  try {
    await writeFile(consoleLog, '');
    const payload = await preparePayload(packages, debOnDevice, { ...test, workDir: folder });
    await makeOverlay({ file: known.disk, format: 'raw' }, disk, 16 * 1024 ** 3, signal);
    const parts = machineParts({ ...test, ...MACHINE, payload }, { disk, durable: false });
    return await seconds(async () => {
      const context = { nonce: payload.nonce, deadline: MACHINE.deadline, signal };
      const machine = await startMachine({ ...parts, consoleLog }, context);
      try {
        await machine.run(['systemctl', 'is-system-running', '--wait'], MACHINE.deadline);
        await output(machine, ['sh', '-euc', BY_HAND, 'sh', debOnDevice(pkg)], MACHINE.deadline);
      } finally {
        await machine.cut();
      }
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

function baseOptions(
  architecture: 'amd64' | 'arm64',
  cacheDir: string,
  workDir: string,
): BaseOptions {
  return {
    ...{ architecture, suite: 'bookworm', engine: ENGINE, guestDir: GUEST },
    ...{ cacheDir, workDir, signal: new AbortController().signal },
  };
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

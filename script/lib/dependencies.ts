import { readFileSync } from 'node:fs';

/** Ends with 0 when node_modules is what package-lock.json says, and with 1 when `npm ci` is due. */

interface Lock {
  readonly packages: Readonly<Record<string, Locked>>;
}

interface Locked {
  readonly version?: string;
  readonly optional?: boolean;
}

function readLock(path: string): Lock {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { packages: {} };
  }
}

/** Optional packages are those of other platforms: npm leaves them out. */
function differs(wanted: Lock, installed: Lock): boolean {
  const paths = new Set([...Object.keys(wanted.packages), ...Object.keys(installed.packages)]);
  paths.delete('');
  return [...paths].some((path) => {
    const want = wanted.packages[path];
    const have = installed.packages[path];
    return have === undefined ? want?.optional !== true : have.version !== want?.version;
  });
}

const wanted = readLock('package-lock.json');
const installed = readLock('node_modules/.package-lock.json');
process.exitCode = differs(wanted, installed) ? 1 : 0;

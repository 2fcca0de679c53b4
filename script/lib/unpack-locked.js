// unpack-locked.js PACKAGE FOLDER: unpacks a package of the lock file that npm did not install, since
// it is for another architecture, after a check of its bytes against the lock file.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [name, folder] = process.argv.slice(2);
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const locked = packages[`node_modules/${name}`];
if (!locked) throw new Error(`${name} is not in package-lock.json`);

mkdirSync(folder, { recursive: true });
const [{ filename }] = JSON.parse(
  execFileSync(
    'npm',
    // By itself npm waits five minutes for an answer before it asks again.
    [
      'pack',
      '--json',
      '--prefer-offline',
      '--fetch-timeout=20000',
      `--pack-destination=${folder}`,
      `${name}@${locked.version}`,
    ],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  ),
);
const tarball = join(folder, filename);
const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
if (integrity !== locked.integrity)
  throw new Error(`${name}: ${integrity}, locked ${locked.integrity}`);
execFileSync('tar', ['-C', folder, '-xzf', tarball]);

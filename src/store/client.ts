import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The path of every entry, which is a part of what GitHub finds it by: relative, so always the same. */
export const ENTRY = 'entry';

export interface ClientRequest {
  readonly operation: 'look' | 'restore' | 'save';
  readonly key: string;
}

/** `ready` comes first, and once; `found`: the service has answered, and bytes begin to move. */
export type ClientMessage =
  | { readonly ready: true }
  | { readonly found: true }
  | { readonly done: boolean; readonly said: string };

/** How a request ended. */
export interface ClientAnswer {
  readonly done: boolean;
  /** Whether the service had answered before. */
  readonly found: boolean;
  /** All that the client wrote: workflow commands and lines. */
  readonly said: string;
}

/** Milliseconds. */
export interface TimeLimits {
  /** Until the service says whether it has an entry. */
  readonly answer: number;
  /** For the bytes after that. */
  readonly transfer: number;
}

/** One client in a process of its own, for one request at a time. */
export interface Client {
  /** Where the entry lies. */
  readonly entry: string;
  readonly alive: boolean;
  /** Never rejects: a process that hangs is killed, and its answer says so. */
  ask(request: ClientRequest, limits: TimeLimits): Promise<ClientAnswer>;
  end(): void;
}

/**
 * What the client takes for tar. The real one would unpack whatever the cache holds with `-P`, into any
 * folder that the bytes name; an entry of ours is one file, which is compressed already.
 */
const TAR = `#!/bin/sh
set -eu
PATH=/usr/bin:/bin
case $1 in
  --posix) ln "$GITHUB_WORKSPACE/${ENTRY}" cache.tgz || cp "$GITHUB_WORKSPACE/${ENTRY}" cache.tgz ;;
  -xf) mv "$2" "$GITHUB_WORKSPACE/${ENTRY}" ;;
esac
`;

/**
 * @param program `src/cache-client.ts`, or its bundle
 * @param parent a folder that the caller removes
 */
export async function startClient(
  program: string,
  parent: string,
  env: NodeJS.ProcessEnv,
): Promise<Client> {
  const folder = await mkdtemp(join(parent, 'cache-client-'));
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'tar'), TAR, { mode: 0o755 });
  const child = fork(program, {
    cwd: folder,
    // No zstd on this PATH: what compresses is another part of what an entry is found by.
    env: { ...env, PATH: bin, GITHUB_WORKSPACE: folder, RUNNER_TEMP: folder, RUNNER_DEBUG: '' },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // What cannot start, or be sent to, ends: that is waited for.
  child.on('error', () => child.kill('SIGKILL'));
  const ready = becomesReady(child);
  const isAlive = () => child.connected && child.exitCode === null && child.signalCode === null;
  return {
    entry: join(folder, ENTRY),
    get alive() {
      return isAlive();
    },
    async ask(request, limits) {
      if (await ready) return ask(child, request, limits);
      return { done: false, found: false, said: '::warning::its client does not start\n' };
    },
    end: () => child.kill('SIGKILL'),
  };
}

/** Milliseconds for what takes a tenth of a second where a machine is not busy with anything else. */
const START_MS = 60_000;

function becomesReady(child: ChildProcess): Promise<boolean> {
  const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
  return new Promise<boolean>((resolve) => {
    child.once('message', () => resolve(true));
    // What cannot be started at all never exits.
    child.once('exit', () => resolve(false)).once('error', () => resolve(false));
  }).finally(() => clearTimeout(timer));
}

function ask(
  child: ChildProcess,
  request: ClientRequest,
  limits: TimeLimits,
): Promise<ClientAnswer> {
  return new Promise((resolve) => {
    let found = false;
    const settle = (done: boolean, said: string) => {
      clearTimeout(timer);
      child.off('message', receive).off('close', gone);
      resolve({ done, found, said });
    };
    const expire = (milliseconds: number) =>
      setTimeout(() => {
        child.kill('SIGKILL');
        settle(false, `::warning::no answer within ${milliseconds / 1000} s\n`);
      }, milliseconds);
    const gone = () => settle(false, '::warning::its client ended\n');
    const receive = (message: ClientMessage) => {
      if ('done' in message) return settle(message.done, message.said);
      if ('ready' in message) return;
      found = true;
      clearTimeout(timer);
      timer = expire(limits.transfer);
    };
    let timer = expire(limits.answer);
    child.on('message', receive).on('close', gone);
    child.send(request, (error) => {
      if (error) gone();
    });
  });
}

import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The path of every entry, which is a part of what GitHub finds it by: relative, so always the same. */
export const ENTRY = 'entry';

export interface ClientRequest {
  readonly operation: 'look' | 'restore' | 'save';
  readonly key: string;
  /** Absolute, of the file that is saved, or written; of no use for a look. */
  readonly path: string;
}

/** Told from the others that are on their way. */
export interface NumberedRequest extends ClientRequest {
  readonly id: number;
}

/** `ready` comes first, and once; `found`: the service has answered, and bytes begin to move. */
export type ClientMessage =
  | { readonly ready: true }
  | { readonly id: number; readonly found: true }
  | { readonly id: number; readonly done: boolean; readonly said: string };

/** How a request ended. */
export interface ClientAnswer {
  readonly done: boolean;
  /** Whether the service had answered before. */
  readonly found: boolean;
  /** All that the client wrote: workflow commands and lines. */
  readonly said: string;
  /** The process ended by itself, or was killed for another request. */
  readonly lost?: 'ended' | 'killed' | undefined;
}

/** Milliseconds. */
export interface TimeLimits {
  /** Until the service says whether it has an entry. */
  readonly answer: number;
  /** For the bytes after that. */
  readonly transfer: number;
}

/** GitHub's client in a process of its own, for any number of requests at once. */
export interface Client {
  readonly alive: boolean;
  /** Never rejects: a process that hangs is killed, and its answers say so. */
  ask(request: ClientRequest, limits: TimeLimits): Promise<ClientAnswer>;
  end(): void;
}

/**
 * What the client takes for tar. The real one would unpack whatever the cache holds with `-P`, into any
 * folder that the bytes name; an entry of ours is one file, which stands in place of the archive.
 */
const TAR = '#!/bin/sh\n';

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
  // The client saves nothing where nothing of that path is.
  await writeFile(join(folder, ENTRY), '');
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
  let asked = 0;
  return {
    get alive() {
      return child.connected && !child.killed;
    },
    async ask(request, limits) {
      asked += 1;
      const id = asked;
      if (await ready) return ask(child, { ...request, id }, limits);
      const said = '::warning::its client does not start\n';
      return { done: false, found: false, said };
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
  request: NumberedRequest,
  limits: TimeLimits,
): Promise<ClientAnswer> {
  return new Promise((resolve) => {
    let found = false;
    const settle = (done: boolean, said: string, lost?: ClientAnswer['lost']) => {
      clearTimeout(timer);
      child.off('message', receive).off('close', gone);
      resolve({ done, found, said, lost });
    };
    const expire = (milliseconds: number) =>
      setTimeout(() => {
        child.kill('SIGKILL');
        settle(false, `::warning::no answer within ${milliseconds / 1000} s\n`);
      }, milliseconds);
    const gone = () =>
      settle(false, '::warning::its client ended\n', child.killed ? 'killed' : 'ended');
    const receive = (message: ClientMessage) => {
      if ('ready' in message || message.id !== request.id) return;
      if ('done' in message) return settle(message.done, message.said);
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

import { rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { type Client, type ClientAnswer, type ClientRequest, startClient } from './client.ts';
import { judge } from './client-log.ts';

/**
 * The Actions cache of a repository: files by key, of which any run may have written any bytes. None of
 * it is needed: whatever goes wrong is a miss, and said once.
 */
export interface ActionsCache {
  /** Starts its client, which takes a moment, before it is needed: where something will be asked for. */
  warmUp(): void;
  /** Whether it has an entry; nothing is downloaded. */
  has(key: string): Promise<boolean>;
  /**
   * Brings an entry's bytes to `path`, which does not exist yet.
   *
   * @param expected bytes, about: how long it may take goes by them; four times as many are refused
   */
  restore(key: string, path: string, expected: number): Promise<boolean>;
  /** Keeps a file under a key that it does not have yet. */
  save(key: string, path: string): Promise<boolean>;
  /** What was found damaged: told as a failure is, and nothing is saved in its place. */
  distrust(key: string, why: string): void;
  /** Uses it no more. */
  giveUp(why: string): void;
  /** Every key that was asked for, and whether there is an entry. */
  readonly known: ReadonlyMap<string, boolean>;
  /** Ends what is left of it. */
  close(): void;
}

export interface ActionsCacheOptions {
  /** The program `src/cache-client.ts`, or its bundle. */
  readonly client: string;
  /** A folder on the file system of the paths above; the caller removes it. */
  readonly workDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Is told once what is wrong, however much is. */
  readonly onTrouble: (why: string) => void;
  readonly patience?: Partial<CachePatience>;
}

export interface CachePatience {
  /** Milliseconds until the service must have said whether it has an entry. */
  readonly answerMs: number;
  /** Milliseconds for a transfer, beside what its bytes need at a MiB a second. */
  readonly transferMs: number;
  /** Milliseconds that the service may ask to wait: again only when it has served something in between. */
  readonly longestPauseMs: number;
}

const PATIENCE: CachePatience = { answerMs: 15_000, transferMs: 30_000, longestPauseMs: 60_000 };

/** Requests at once; the client moves the parts of each entry side by side. */
const REQUESTS = 4;

/** Entries whose bytes do not come, or are wrong, until the whole cache counts as out of order. */
const LOST_ENTRIES = 3;

const MiB = 1 << 20;

/** The cache, where this step was given the means to use one: an action is, a command is not. */
export function cacheOfStep({
  warn,
  ...options
}: Omit<ActionsCacheOptions, 'onTrouble'> & {
  readonly warn: (message: string) => void;
}): ActionsCache | undefined {
  if (!hasActionsCache(options.env)) return undefined;
  const onTrouble = (why: string) => warn(`the Actions cache does not work: ${why}`);
  return openActionsCache({ ...options, onTrouble });
}

function hasActionsCache(env: NodeJS.ProcessEnv): boolean {
  const { ACTIONS_RUNTIME_TOKEN, ACTIONS_RESULTS_URL, ACTIONS_CACHE_URL } = env;
  return Boolean(ACTIONS_RUNTIME_TOKEN && (ACTIONS_RESULTS_URL || ACTIONS_CACHE_URL));
}

export function openActionsCache(options: ActionsCacheOptions): ActionsCache {
  const { signal } = options;
  const patience = { ...PATIENCE, ...options.patience };
  const limit = pLimit(REQUESTS);
  let client: Promise<Client> | undefined;
  const start = () => {
    client = startClient(options.client, options.workDir, options.env);
    // Looked at when it is used; until then a failure must not count as unhandled.
    client.catch(() => undefined);
    return client;
  };
  const known = new Map<string, boolean>();
  const state = { readable: true, writable: true, told: false, lost: 0 };
  let pause = { begun: 0, ended: Promise.resolve() as Promise<unknown>, used: true };

  const tell = (why: string) => {
    if (!state.told) options.onTrouble(why);
    state.told = true;
  };
  const stopSaving = (why: string) => {
    tell(why);
    state.writable = false;
  };
  const giveUp = (why: string) => {
    stopSaving(why);
    state.readable = false;
  };
  const lose = (why: string) => {
    state.lost += 1;
    if (state.lost >= LOST_ENTRIES) giveUp(why);
    else tell(why);
  };
  const isOpen = ({ operation }: ClientRequest) =>
    operation === 'save' ? state.writable : state.readable;

  /** Another one where the last has ended: that says nothing of the cache. */
  const running = async (): Promise<Client> => {
    const last = client ?? start();
    if ((await last).alive || signal.aborted) return last;
    return client === last ? start() : running();
  };
  /**
   * @param asked when the request was made
   * @returns whether nothing is left to be done about the answer
   */
  const accept = (request: ClientRequest, answer: ClientAnswer, asked: number): boolean => {
    const judgement = judge(request, answer);
    if (judgement.kind === 'fine') pause.used = true;
    if (judgement.kind === 'read-only') state.writable = false;
    if (judgement.kind === 'limited') {
      // Others that were on their way with the one that was told to wait.
      if (asked < pause.begun) return false;
      const milliseconds = judgement.seconds * 1000;
      if (pause.used && milliseconds <= patience.longestPauseMs) {
        const ended = sleep(milliseconds, undefined, { signal }).catch(() => undefined);
        pause = { begun: performance.now(), ended, used: false };
        return false;
      }
    }
    if (!('why' in judgement)) return true;
    if (request.operation === 'save') stopSaving(judgement.why);
    else if (answer.found) lose(`${request.key}: ${judgement.why}`);
    else giveUp(judgement.why);
    return true;
  };
  /**
   * One request, and again where the service only wanted a pause, the client was killed for another
   * request, which counts for that one, or it ended once.
   */
  const ask = (request: ClientRequest, bytes: number): Promise<boolean> =>
    limit(async () => {
      const transfer = patience.transferMs + (bytes / MiB) * 1000;
      for (let mayEnd = true; ; ) {
        await pause.ended;
        signal.throwIfAborted();
        if (!isOpen(request)) return false;
        const asked = performance.now();
        const limits = { answer: patience.answerMs, transfer };
        const answer = await (await running()).ask(request, limits);
        signal.throwIfAborted();
        const again = answer.lost === 'killed' || (answer.lost === 'ended' && mayEnd);
        if (answer.lost === 'ended') mayEnd = false;
        if (!again && accept(request, answer, asked)) return answer.done;
      }
    }).catch((error: NodeJS.ErrnoException) => {
      // A disk that is full is no reason to fail here: whoever needs it says so.
      if (error.syscall === undefined) throw error;
      giveUp(error.message);
      return false;
    });
  const has = async (key: string): Promise<boolean> => {
    const found = known.get(key) ?? (await ask({ operation: 'look', key, path: '' }, 0));
    known.set(key, found);
    return found;
  };
  const abort = () => {
    client?.then(
      ({ end }) => end(),
      () => undefined,
    );
  };
  signal.addEventListener('abort', abort, { once: true });

  const distrust = (key: string, why: string) => {
    known.set(key, true);
    lose(`${key}: ${why}`);
  };

  return {
    warmUp() {
      if (client === undefined) start();
    },
    known,
    has,
    distrust,
    giveUp,
    async restore(key, path, expected) {
      if (known.get(key) === false) return false;
      const found = await ask({ operation: 'restore', key, path }, expected);
      known.set(key, found);
      const { size = 0 } = (await stat(path).catch(() => undefined)) ?? {};
      // The client takes the body of an error for an entry, too.
      if (found && size > 0 && size <= mostOf(expected)) return true;
      await rm(path, { force: true });
      if (found) distrust(key, `it has ${size} bytes`);
      return false;
    },
    async save(key, path) {
      if (!state.writable || (await has(key))) return false;
      const { size } = await stat(path);
      return ask({ operation: 'save', key, path }, size);
    },
    close() {
      // What is on its way ends with its client, and must not start another one.
      Object.assign(state, { readable: false, writable: false, told: true });
      signal.removeEventListener('abort', abort);
      abort();
    },
  };
}

/** A fragment of the lowest level is hardly twice as large as a well compressed blob. */
function mostOf(expected: number): number {
  return 4 * expected + MiB;
}

import type { Readable, Writable } from 'node:stream';
import { formatRequest, type Message, parseMessage } from './protocol.ts';

/** The code of a program that took longer than it may: no program ends with it by itself. */
export const STOPPED = 256;

/** How a program in the machine ended. */
export interface Reply {
  /** Or `STOPPED`. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The agent in the machine, as the host sees it. */
export interface Guest {
  /** Resolves when the agent has spoken for the first time. */
  readonly hello: Promise<void>;
  /** Runs a program in the machine. @param seconds what it may take */
  run(argv: readonly string[], seconds: number): Promise<Reply>;
  /** Ends everything that waits for the agent, with this reason. */
  giveUp(reason: Error): void;
}

/** An agent under emulation with two busy processors is late now and then; this late it is not. */
const SILENCE_MS = 300_000;

/** From power on to the first word, on a machine as busy. */
const HELLO_MS = 600_000;

/** Beyond what a program may take: for the agent to stop it and to answer. */
const ANSWER_SECONDS = 30;

/**
 * Talks with the agent.
 *
 * @param nonce what only this machine's agent knows
 * @param onFault is told when the agent is silent or what arrives is not from it
 */
export function listenToGuest(
  results: Readable,
  requests: Writable,
  nonce: string,
  onFault: (error: Error) => void,
): Guest {
  const waiting = new Map<number, Deferred<Reply>>();
  let lastId = 0;
  let lastSeq = 0;
  let broken: Error | undefined;
  let silence = setTimeout(
    () => onFault(new Error(`no agent has come up within ${HELLO_MS / 1000} s`)),
    HELLO_MS,
  );
  const hello = deferred<void>();

  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(
      () => onFault(new Error(`it has not been heard of for ${SILENCE_MS / 1000} s`)),
      SILENCE_MS,
    );
  };
  const receive = (message: Message) => {
    if (message.seq !== lastSeq + 1) {
      throw new Error(`message ${message.seq} after message ${lastSeq}`);
    }
    lastSeq = message.seq;
    heard();
    if (message.event === 'hello') hello.resolve();
    if (message.event !== 'reply') return;
    waiting.get(message.id)?.resolve(message);
    waiting.delete(message.id);
  };
  onLines(results, (line) => {
    if (broken) return;
    try {
      receive(parseMessage(line, nonce));
    } catch (error) {
      onFault(error as Error);
    }
  });

  return {
    hello: hello.promise,
    async run(argv, seconds) {
      if (broken) throw broken;
      const id = ++lastId;
      const reply = deferred<Reply>();
      const late = setTimeout(
        () => reply.reject(new Error(`no answer to ${argv.join(' ')} within ${seconds} s`)),
        (seconds + ANSWER_SECONDS) * 1000,
      );
      waiting.set(id, reply);
      requests.write(formatRequest(id, seconds, argv));
      return reply.promise.finally(() => clearTimeout(late));
    },
    giveUp(reason) {
      broken ??= reason;
      clearTimeout(silence);
      hello.reject(reason);
      for (const { reject } of waiting.values()) reject(reason);
      waiting.clear();
    },
  };
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

/** A rejection that nobody waits for yet is no bug. */
function deferred<T>(): Deferred<T> {
  let settle: Pick<Deferred<T>, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  promise.catch(() => undefined);
  if (!settle) throw new Error('a promise without its executor');
  return { promise, ...settle };
}

function onLines(stream: Readable, onLine: (line: string) => void): void {
  let pieces: string[] = [];
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const [first = '', ...others] = chunk.split('\n');
    pieces.push(first);
    for (const next of others) {
      onLine(pieces.join(''));
      pieces = [next];
    }
  });
}

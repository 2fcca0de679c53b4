/** What the agent in the machine tells, one line of JSON each. */
export type Message = { readonly seq: number } & (
  | { readonly event: 'hello' }
  | { readonly event: 'heartbeat'; readonly uptime: number }
  | {
      readonly event: 'reply';
      readonly id: number;
      readonly code: number;
      readonly stdout: string;
      readonly stderr: string;
    }
);

/**
 * Reads a line from the results port.
 *
 * @param nonce what only this machine's agent knows
 * @throws Error for a line that its agent did not write, or not whole
 */
export function parseMessage(line: string, nonce: string): Message {
  const value = parseJson(line);
  if (value?.nonce !== nonce) throw new Error(`not from the agent: ${line.slice(0, 80)}`);
  const { seq, event } = value;
  if (typeof seq !== 'number') throw new Error('a message without a sequence number');
  switch (event) {
    case 'hello':
      return { seq, event };
    case 'heartbeat':
      return { seq, event, uptime: Number(value.uptime) };
    case 'reply':
      return {
        seq,
        event,
        id: Number(value.id),
        code: Number(value.code),
        stdout: decode(value.stdout),
        stderr: decode(value.stderr),
      };
    default:
      throw new Error(`an unknown event ${JSON.stringify(event)}`);
  }
}

/**
 * The line that asks the agent to run a program: a number that its reply will carry, the seconds
 * that it may take, and the words, each in base64 (`-` for an empty one), so that none of them can
 * be taken for syntax.
 */
export function formatRequest(id: number, seconds: number, argv: readonly string[]): string {
  const words = argv.map((word) => (word === '' ? '-' : Buffer.from(word).toString('base64')));
  return `${id} ${seconds} ${words.join(' ')}\n`;
}

function parseJson(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function decode(value: unknown): string {
  return Buffer.from(String(value), 'base64').toString();
}

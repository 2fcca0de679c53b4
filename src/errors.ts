/**
 * Something that the user can mend: reported as one line, without a stack. Everything else that is
 * thrown is a bug of ours and keeps its stack.
 *
 * `usage` ends the command with exit code 2 (what was asked for makes no sense), `failure` with 1.
 */
export class UserError extends Error {
  readonly kind: 'usage' | 'failure';
  readonly origin: Origin | undefined;
  readonly hint: string | undefined;

  /**
   * @param message what is wrong and why, without a final full stop
   * @param about where it was written and what to do about it
   */
  constructor(
    kind: 'usage' | 'failure',
    message: string,
    about: { origin?: Origin | undefined; hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, about.cause === undefined ? {} : { cause: about.cause });
    this.name = 'UserError';
    this.kind = kind;
    this.origin = about.origin;
    this.hint = about.hint;
  }
}

/** Where something was written. `line` and `column` count from 1; no `line` for an input that has none. */
export interface Origin {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** `file:line:column`, as compilers print it. */
export function formatOrigin(origin: Origin): string {
  return [origin.file, origin.line, origin.column].filter((part) => part !== undefined).join(':');
}

/** The one line that people see: `where: what: hint`. */
export function formatError(error: UserError): string {
  const where = error.origin === undefined ? '' : `${formatOrigin(error.origin)}: `;
  const hint = error.hint === undefined ? '' : ` (${error.hint})`;
  return `${where}${error.message}${hint}`.replaceAll(/\s*\n\s*/g, ' ');
}

export function usageError(message: string, about?: ConstructorParameters<typeof UserError>[2]) {
  return new UserError('usage', message, about);
}

export function failure(message: string, about?: ConstructorParameters<typeof UserError>[2]) {
  return new UserError('failure', message, about);
}

import type { ClientAnswer, ClientRequest } from './client.ts';

/** What an answer means for the requests that follow. */
export type Judgement =
  | { readonly kind: 'fine' }
  /** This run may not write: normal for pull requests from forks. */
  | { readonly kind: 'read-only' }
  /** Nothing may be asked for so many seconds. */
  | { readonly kind: 'limited'; readonly seconds: number; readonly why: string }
  | { readonly kind: 'trouble'; readonly why: string };

/** Reads what the client said, its only way to tell a failure from an entry that is not there. */
export function judge(
  { operation }: Pick<ClientRequest, 'operation'>,
  { done, said }: Pick<ClientAnswer, 'done' | 'said'>,
): Judgement {
  if (done) return { kind: 'fine' };
  const complaints = [...said.matchAll(/^(?:::(?:warning|error)::|Cache save skipped: )(.*)$/gm)];
  const reason = (operation === 'save' ? refusal(said) : undefined) ?? complaints.at(-1)?.[1];
  if (reason === undefined || /already exists|\b409\b/i.test(reason)) return { kind: 'fine' };
  if (operation === 'save' && DENIED.test(reason)) return { kind: 'read-only' };
  const seconds = /rate limit will reset in (\d+) seconds/.exec(said)?.[1];
  const why = plain(reason);
  if (seconds !== undefined) return { kind: 'limited', seconds: Number(seconds), why };
  return { kind: 'trouble', why };
}

const DENIED = /cache write denied|does not permit writes|read-only|\b403\b/i;

/**
 * Why an entry could not be reserved. Every reason is told as "another job may be creating this cache";
 * the real one stands behind that with the old service, and in a debug line with the new one.
 */
function refusal(said: string): string | undefined {
  return (
    /^::debug::Failed to reserve cache: (.*)$/m.exec(said)?.[1] ??
    /^Failed to save: .*More details: (?!undefined$)(.*)$/m.exec(said)?.[1]
  );
}

/** Without the client's own introductions, the escapes of commands, and what may be secret in a URL. */
function plain(text: string): string {
  return text
    .replaceAll('%0D', '')
    .replaceAll('%0A', ' ')
    .replaceAll('%25', '%')
    .replace(/^(?:Failed to (?:restore|save): |Error: )+/, '')
    .replaceAll(/(https?:\/\/[^\s?]+)\?\S*/g, '$1')
    .trim();
}

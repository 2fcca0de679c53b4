import { expect, test } from '@jest/globals';
import { askForAll } from '../src/ask-for-all.ts';
import { failure, UserError } from '../src/errors.ts';
import type { Finding } from '../src/images/finding.ts';
import { imageError } from '../src/registry/failure.ts';
import { imageOf } from './registry/setup.ts';

const { signal } = new AbortController();

/** What is said of images of which each name that begins with `no` is not there, and the rest of them. */
async function ask(names: readonly string[], more?: () => Promise<never>) {
  const findings: Finding[] = [];
  const asked: string[] = [];
  const look = async (name: string) => {
    asked.push(name);
    if (name === 'bad' && more) return more();
    if (name.startsWith('no')) throw imageError(imageOf(name), 'it is not there', 'push it');
    return name.toUpperCase();
  };
  const answers = await askForAll(names, look, signal, (finding) => findings.push(finding)).catch(
    (error: UserError) => error,
  );
  return { answers, findings, asked };
}

test('the answers come in the order of the questions', async () => {
  expect(await ask(['c', 'a', 'b'])).toEqual({
    answers: ['C', 'A', 'B'],
    findings: [],
    asked: ['c', 'a', 'b'],
  });
});

test('of one image that is wrong the error itself tells', async () => {
  const { answers, findings } = await ask(['a', 'no', 'b']);
  expect(answers).toMatchObject({ message: 'no: it is not there', hint: 'push it' });
  expect(findings).toEqual([]);
});

test('of several each is told at its place, and those behind them are asked for, too', async () => {
  const { answers, findings, asked } = await ask(['no1', 'a', 'b', 'c', 'd', 'e', 'no2']);
  expect(asked).toHaveLength(7);
  expect(findings.map(({ level, message, origin }) => [level, message, origin.line])).toEqual([
    ['error', 'no1: it is not there (push it)', 7],
    ['error', 'no2: it is not there (push it)', 7],
  ]);
  expect(answers).toBeInstanceOf(UserError);
  expect(answers).toMatchObject({ message: '2 images cannot be had' });
});

test('a fault that several share is one', async () => {
  const error = imageError(imageOf('no'), 'it is not there');
  const asked = askForAll(
    [1, 2],
    () => Promise.reject(error),
    signal,
    () => expect(0).toBe(1),
  );
  await expect(asked).rejects.toBe(error);
});

test('a registry that does not answer ends it at once', async () => {
  const gone = failure('the registry does not answer');
  const names = ['no1', 'bad', ...Array.from({ length: 50 }, (_, index) => `a${index}`), 'no2'];
  const { answers, findings, asked } = await ask(names, () => Promise.reject(gone));
  expect(answers).toBe(gone);
  expect(findings).toEqual([]);
  expect(asked.length).toBeLessThan(10);
});

test('what is wrong is told in the order of the list, whatever fails first', async () => {
  const findings: Finding[] = [];
  const look = async (name: string) => {
    if (name === 'slow') await new Promise((resolve) => setTimeout(resolve, 20));
    throw imageError(imageOf(name), 'it is not there', 'push it');
  };
  const tell = (finding: Finding) => findings.push(finding);
  await askForAll(['slow', 'fast'], look, signal, tell).catch(() => undefined);
  expect(findings.map(({ message }) => message.split(':')[0])).toEqual(['slow', 'fast']);
});

import { expect, test } from '@jest/globals';
import { formatRequest, parseMessage } from '../../src/boot/protocol.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

test('a reply', () => {
  const line = JSON.stringify({
    nonce: 'n',
    seq: 7,
    event: 'reply',
    id: 3,
    code: 124,
    stdout: base64('größe\n'),
    stderr: '',
  });
  expect(parseMessage(line, 'n')).toEqual({
    seq: 7,
    event: 'reply',
    id: 3,
    code: 124,
    stdout: 'größe\n',
    stderr: '',
  });
});

test.each([
  ['{"nonce":"n","seq":1,"event":"hello"}', { seq: 1, event: 'hello' }],
  [
    '{"nonce":"n","seq":2,"event":"heartbeat","uptime":12.5}',
    { seq: 2, event: 'heartbeat', uptime: 12.5 },
  ],
])('%s', (line, message) => {
  expect(parseMessage(line, 'n')).toEqual(message);
});

test.each([
  ['no JSON', 'systemd[1]: Started'],
  ['half a line', '{"nonce":"n","seq":1,'],
  ['no object', '7'],
  ['null', 'null'],
  ['another nonce', '{"nonce":"m","seq":1,"event":"hello"}'],
  ['no nonce', '{"seq":1,"event":"hello"}'],
])('%s is not from the agent', (_, line) => {
  expect(() => parseMessage(line, 'n')).toThrow('not from the agent');
});

test.each([
  ['{"nonce":"n","event":"hello"}', 'without a sequence number'],
  ['{"nonce":"n","seq":1,"event":"other"}', 'unknown event "other"'],
])('%s: %s', (line, message) => {
  expect(() => parseMessage(line, 'n')).toThrow(message);
});

test('words of a request are data, whatever is in them', () => {
  const words = ['sh', '-c', 'echo "$1"\nexit', '', 'ü'];
  const [id, seconds, ...sent] = formatRequest(4, 60, words).trim().split(' ');
  expect([id, seconds]).toEqual(['4', '60']);
  expect(sent.map((word) => (word === '-' ? '' : Buffer.from(word, 'base64').toString()))).toEqual(
    words,
  );
});

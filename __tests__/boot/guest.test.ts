import { PassThrough } from 'node:stream';
import { expect, jest, test } from '@jest/globals';
import { listenToGuest } from '../../src/boot/guest.ts';

function connect() {
  const results = new PassThrough();
  const requests = new PassThrough();
  const faults: string[] = [];
  const guest = listenToGuest(results, requests, 'n', (error) => faults.push(error.message));
  let seq = 0;
  const tell = (fields: object) => {
    seq += 1;
    results.write(`${JSON.stringify({ nonce: 'n', seq, ...fields })}\n`);
  };
  const reply = (id: number, stdout: string) =>
    tell({
      event: 'reply',
      id,
      code: 0,
      stdout: Buffer.from(stdout).toString('base64'),
      stderr: '',
    });
  return { guest, results, requests, faults, tell, reply };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('replies find their requests, in whatever order and pieces they come', async () => {
  const { guest, requests, reply, tell, results, faults } = connect();
  tell({ event: 'hello' });
  await guest.hello;
  const first = guest.run(['true'], 5);
  const second = guest.run(['uname', '-m'], 6);
  reply(2, 'x86_64\n');
  const line = JSON.stringify({
    nonce: 'n',
    seq: 3,
    event: 'reply',
    id: 1,
    code: 7,
    stdout: '',
    stderr: '',
  });
  results.write(line.slice(0, 20));
  await settled();
  results.write(`${line.slice(20)}\n`);
  await expect(second).resolves.toMatchObject({ code: 0, stdout: 'x86_64\n' });
  await expect(first).resolves.toMatchObject({ code: 7 });
  expect(requests.read().toString()).toBe('1 5 dHJ1ZQ==\n2 6 dW5hbWU= LW0=\n');
  expect(faults).toEqual([]);
  guest.giveUp(new Error('done'));
});

test('a lost message is a fault', async () => {
  const { guest, results, faults } = connect();
  results.write('{"nonce":"n","seq":1,"event":"hello"}\n{"nonce":"n","seq":3,"event":"hello"}\n');
  await settled();
  expect(faults).toEqual(['message 3 after message 1']);
  guest.giveUp(new Error('done'));
});

test('what somebody else writes is a fault', async () => {
  const { guest, results, faults } = connect();
  results.write('{"nonce":"forged","seq":1,"event":"hello"}\n');
  await settled();
  expect(faults).toEqual([expect.stringContaining('not from the agent')]);
  guest.giveUp(new Error('done'));
});

test('all that waits ends with the reason of the end', async () => {
  const { guest } = connect();
  const waiting = guest.run(['true'], 5);
  guest.giveUp(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  await expect(guest.hello).rejects.toThrow('gone');
  await expect(guest.run(['true'], 5)).rejects.toThrow('gone');
});

test('silence is a fault', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
  try {
    const { guest, tell, faults } = connect();
    tell({ event: 'hello' });
    await guest.hello;
    jest.advanceTimersByTime(299_000);
    tell({ event: 'heartbeat', uptime: 1 });
    await settled();
    jest.advanceTimersByTime(299_000);
    expect(faults).toEqual([]);
    jest.advanceTimersByTime(2_000);
    expect(faults).toEqual(['it has not been heard of for 300 s']);
    guest.giveUp(new Error('done'));
  } finally {
    jest.useRealTimers();
  }
});

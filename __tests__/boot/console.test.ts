import { expect, test } from '@jest/globals';
import { lastConsoleLines } from '../../src/boot/machine.ts';

test('the end of a console, without colours and empty lines', () => {
  const console =
    'first\r\n\r\n[\x1b[0;32m  OK  \x1b[0m] Started \x1b[0;1;39ma\x1b[0m.\r\n\x1b(Blast  \n';
  expect(lastConsoleLines(console)).toBe('first\n[  OK  ] Started a.\nlast');
  expect(lastConsoleLines(console, 1)).toBe('last');
  expect(lastConsoleLines('')).toBe('');
});

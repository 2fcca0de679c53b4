import { expect, test } from '@jest/globals';
import * as finding from '../../src/images/finding.ts';
import * as image from '../../src/images/image.ts';

test('files of types have nothing that runs', () => {
  expect(Object.keys(finding)).toEqual([]);
  expect(Object.keys(image)).toEqual([]);
});

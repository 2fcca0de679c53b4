import { expect, test } from '@jest/globals';
import { nearest } from '../src/nearest.ts';

const WORDS = ['images', 'image-list', 'arch', 'cache-dir', 'jobs', 'json'];

test.each([
  ['image-lst', 'image-list'],
  ['images-list', 'image-list'],
  ['aarch', 'arch'],
  ['acrh', 'arch'],
  ['cache-dirs', 'cache-dir'],
  // the start of a word
  ['image', 'images'],
  ['cache', 'cache-dir'],
  ['j', 'jobs'],
  // too far
  ['colour', undefined],
  ['chat', undefined],
  ['constructor', undefined],
  ['', undefined],
])('%j is %j', (given, expected) => {
  expect(nearest(given, WORDS)).toBe(expected);
});

test('the nearest of several counts', () => {
  expect(nearest('lack', ['lick', 'lock', 'lack-'])).toBe('lack-');
  expect(nearest('buld', ['bold', 'build'])).toBe('bold');
  expect(nearest('buildd', ['bold', 'build'])).toBe('build');
});

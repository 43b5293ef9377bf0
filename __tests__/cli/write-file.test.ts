import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeFile } from '../../src/cli/write-file';

const folder = mkdtempSync(join(tmpdir(), 'written-'));

test('a file that a command writes has its text', () => {
  writeFile(join(folder, 'file'), 'text');
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('text');
});

test.each([
  ['a folder', folder, 'illegal operation on a directory'],
  ['a file in a folder that does not exist', join(folder, 'none', 'file'), 'no such file or directory'],
])('a file that cannot be written ends the program with one line: %s', (_, file, reason) => {
  jest.spyOn(process, 'exit').mockImplementation(() => {
    throw new Error('exit');
  });
  const error = jest.spyOn(console, 'error').mockReturnValue();
  expect(() => {
    writeFile(file, '');
  }).toThrow('exit');
  expect(error.mock.calls).toEqual([[`${file} cannot be written: ${reason}.`]]);
  jest.restoreAllMocks();
});

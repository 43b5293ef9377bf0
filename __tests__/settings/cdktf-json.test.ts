import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readCdktfJson } from '../../src/settings/cdktf-json';

const folder = mkdtempSync(join(tmpdir(), 'cdktf-json-'));
const file = join(folder, 'cdktf.json');

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function read(text: string): unknown {
  writeFileSync(file, text);
  return readCdktfJson(file);
}

describe('cdktf.json', () => {
  test('has the settings at context.settings, and the environments at context.environments', () => {
    const context = {
      settings: { region: 'eu-west-1' },
      environments: { staging: {} },
      excludeStackIdFromLogicalIds: '',
    };
    expect(read(JSON.stringify({ language: 'typescript', context }))).toMatchObject({
      settings: { region: 'eu-west-1' },
      environments: { staging: {} },
    });
    expect(read('\uFEFF{}')).not.toHaveProperty('settings');
  });

  test.each([
    [
      '{\n  "context": {\n    "settings": {\n      "region" "eu-west-1"\n    }\n  }\n}',
      'line 4, column 16: Colon expected.',
    ],
    ['{"a": 1,}', 'line 1, column 9: Property name expected.'],
    ['{"a": 1\n "b": 2}', 'line 2, column 2: Comma expected.'],
    ['{"a": 1} {}', 'line 1, column 10: End of file expected.'],
    ['{"a": yes}', 'line 1, column 7: Invalid symbol.'],
    ["{'a': 1}", 'line 1, column 2: Invalid symbol.'],
    ['{\n  // a comment\n}', 'line 2, column 3: Invalid comment token.'],
    ['{"a": "\n"}', 'line 1, column 7: Unexpected end of string.'],
    ['{', 'line 1, column 2: Close brace expected.'],
    ['', 'line 1, column 1: Value expected.'],
  ])('that is not JSON fails with the place of the error: %j', (text, problem) => {
    expect(() => read(text)).toThrow(new Error(`${file} is not valid JSON: ${problem}`));
  });

  test('fails for all names that an object has twice: JSON.parse would use the last', () => {
    const text = '{"context": {"settings": {"a": {"x": 1}, "b": {"x": 1},\n "a": {}}}, "\\u0063ontext": {}}';
    expect(() => read(text)).toThrow(
      new Error(`${file} contains duplicate names:\n  line 2, column 2: "a"\n  line 2, column 13: "context"`),
    );
  });

  test('can be nested in 100 levels, and no deeper', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(read(`{"context": {"settings": ${nested(98)}}}`)).toHaveProperty('settings');
    for (const levels of [99, 100_000]) {
      expect(() => read(`{"context": {"settings": ${nested(levels)}}}`)).toThrow(
        new Error(`${file} is nested too deeply at line 1, column 124: at most 100 levels are allowed.`),
      );
    }
  });
});

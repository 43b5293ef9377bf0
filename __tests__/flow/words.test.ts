import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { refusals } from '../../src/flow/words';

test.each(Object.entries(refusals))(
  'the troubleshooting chapter has the line of the refusal %s',
  (_name, { trouble }) => {
    const { see, why, todo } = trouble;
    expect(readFileSync(join('src', 'cli', 'TROUBLESHOOTING.md'), 'utf8')).toContain(`| ${see} | ${why} | ${todo} |\n`);
  },
);

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { rejectionWords } from '../../src/flow/words';

test.each(Object.entries(rejectionWords))(
  'the troubleshooting chapter has the line of the rejection %s',
  (_name, { troubleshooting }) => {
    const { symptom, cause, remedy } = troubleshooting;
    expect(readFileSync(join('src', 'cli', 'TROUBLESHOOTING.md'), 'utf8')).toContain(
      `| ${symptom} | ${cause} | ${remedy} |\n`,
    );
  },
);

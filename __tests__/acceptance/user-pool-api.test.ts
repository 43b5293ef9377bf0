import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { localAwsEnvironment } from '../support/local-aws';

const api = join('src', 'local', 'user-pool', 'api');

test('requests are checked against the service model of AWS’s SDK as it is now', () => {
  const { stdout } = spawnSync(localAwsEnvironment.python, [join(api, 'write-request-shapes.py')], {
    encoding: 'utf8',
  });
  expect(JSON.parse(readFileSync(join(api, 'request-shapes.json'), 'utf8'))).toEqual(JSON.parse(stdout));
});

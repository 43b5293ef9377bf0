import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { TerraformStack } from 'cdktf';

import { synthesize } from '../../src/stack/synthesize';

let outdir: string;

beforeEach(() => {
  outdir = fs.mkdtempSync(join(tmpdir(), 'synthesize-'));
  process.env.CDKTF_OUTDIR = outdir;
});

afterEach(() => {
  jest.restoreAllMocks();
  delete process.env.CDKTF_OUTDIR;
  fs.rmSync(outdir, { recursive: true });
});

/** Lets a function of the file system fail as it does for a user without permission. */
function reject(name: 'mkdirSync' | 'writeFileSync'): void {
  jest.spyOn(fs, name).mockImplementation((...parameters: unknown[]) => {
    throw Object.assign(new Error(), { errno: -13, code: 'EACCES', path: parameters[0] });
  });
}

function define(): void {
  synthesize((app) => new TerraformStack(app, 'Stack'));
}

describe('synthesize', () => {
  test.each([
    ['mkdirSync', 'stacks'],
    ['writeFileSync', join('stacks', 'Stack', 'cdk.tf.json')],
  ] as const)('ends with one message where %s has no permission', (name, path) => {
    const exit = jest.spyOn(process, 'exit').mockImplementation(() => {
      throw new Error('exit');
    });
    const print = jest.spyOn(console, 'error').mockReturnValue();
    reject(name);
    expect(define).toThrow('exit');
    expect(exit).toHaveBeenCalledWith(1);
    expect(print.mock.calls).toEqual([
      [
        `The stacks cannot be written to ${outdir}: ${join(outdir, path)}: permission denied. ` +
          `Make ${outdir} a folder that you can write to.`,
      ],
    ]);
  });

  test('does not hide what is wrong in the code of a stack', () => {
    expect(() => {
      synthesize(() => {
        throw new Error('a mistake');
      });
    }).toThrow('a mistake');
    expect(define).not.toThrow();
  });
});

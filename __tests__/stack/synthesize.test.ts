import fs from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

import { TerraformStack } from 'cdktf';

import { LambdaFunction } from '../../src/lambda/lambda-function';
import { AwsStack } from '../../src/stack/aws-stack';
import { synthesize } from '../../src/stack/synthesize';
import { filesBelow } from '../support/project';

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

/** Lets a function of the file system fail as it does for a user without permission, or on a full disk. */
function reject(name: 'mkdirSync' | 'writeFileSync', code: 'EACCES' | 'ENOSPC'): void {
  jest.spyOn(fs, name).mockImplementation((...[path]: unknown[]) => {
    // The error of a write to an open file does not have the path.
    const details = code === 'EACCES' ? { syscall: 'open', path } : { syscall: 'write' };
    throw Object.assign(new Error(), { errno: -constants.errno[code], code, ...details });
  });
}

function define(): void {
  synthesize((app) => new TerraformStack(app, 'Stack'));
}

describe('synthesize', () => {
  test.each<[...Parameters<typeof reject>, () => string]>([
    ['mkdirSync', 'EACCES', () => `${join(outdir, 'stacks')}: permission denied`],
    ['writeFileSync', 'EACCES', () => `${join(outdir, 'stacks', 'Stack', 'cdk.tf.json')}: permission denied`],
    ['writeFileSync', 'ENOSPC', () => 'no space left on device'],
  ])('ends with one message where %s fails with %s', (name, code, problem) => {
    const exit = jest.spyOn(process, 'exit').mockImplementation(() => {
      throw new Error('exit');
    });
    const print = jest.spyOn(console, 'error').mockReturnValue();
    reject(name, code);
    expect(define).toThrow('exit');
    expect(exit).toHaveBeenCalledWith(1);
    expect(print.mock.calls).toEqual([
      [`The stacks cannot be written to ${outdir}: ${problem()}. Make ${outdir} a folder that you can write to.`],
    ]);
  });

  test('gives every stack the lock file of the project, which npx cdktf deploy also uses', () => {
    const project = process.cwd();
    process.chdir(fs.mkdtempSync(join(tmpdir(), 'pinned-')));
    fs.writeFileSync('.terraform.lock.hcl', 'pinned');
    try {
      define();
    } finally {
      process.chdir(project);
    }
    expect(fs.readFileSync(join(outdir, 'stacks', 'Stack', '.terraform.lock.hcl'), 'utf8')).toBe('pinned');
  });

  test('removes the bundle of a function that is removed, and no other file', () => {
    const assets = join(outdir, 'stacks', 'Stack', 'assets');
    const foldersAfter = (...functions: string[]) => {
      synthesize((app) => {
        const stack = new AwsStack(app, 'Stack');
        for (const id of functions) {
          new LambdaFunction(stack, id, { handler: '__tests__/support/triggers/token.ts' });
        }
      });
      return Object.keys(filesBelow(assets)).map((file) => file.split('/')[0]);
    };
    expect(foldersAfter('one', 'two')).toEqual(['one_code', 'two_code']);
    fs.mkdirSync(join(assets, 'mine'));
    fs.writeFileSync(join(assets, 'mine', 'file.zip'), '');
    expect(foldersAfter('two')).toEqual(['mine', 'two_code']);
    expect(foldersAfter()).toEqual(['mine']);
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

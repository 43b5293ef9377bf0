import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { copyProject } from '../support/project';

const [, example] = /```ts\n(import { App }.*?)```/s.exec(readFileSync('src/README.md', 'utf8'))!;

/** Synthesizes an app in a folder, and returns the Terraform JSON of its stack. */
function synthesize(folder: string, ...command: string[]): unknown {
  execFileSync(process.execPath, command, { cwd: folder, env: { ...process.env, CDKTF_OUTDIR: undefined } });
  return JSON.parse(readFileSync(join(folder, 'cdktf.out', 'stacks', 'login', 'cdk.tf.json'), 'utf8'));
}

test('the packed constructs give an app the same Terraform as here, with types that hold', () => {
  const project = copyProject();
  const app = mkdtempSync(join(tmpdir(), 'cdktf-app-'));
  const npm = (...args: string[]) =>
    execFileSync('npm', args, { cwd: app, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [packed] = npm('pack', resolve(project, 'src/constructs'), '--silent').trim().split('\n');
  writeFileSync(join(app, 'package.json'), '{}');
  // Its peers are those of this project, which are 1 GB: linked after the installation, which would remove the links.
  npm('install', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', `./${packed!}`);
  mkdirSync(join(app, 'node_modules', '@cdktf'));
  for (const peer of ['cdktf', 'constructs', '@cdktf/provider-aws', '@types']) {
    symlinkSync(resolve('node_modules', peer), join(app, 'node_modules', peer), 'junction');
  }
  writeFileSync(join(app, 'app.ts'), example!);
  writeFileSync(join(project, 'app.ts'), example!.replace("'cdktf-cognito-constructs'", "'./src/constructs'"));

  const tsc = createRequire(__filename).resolve('typescript/bin/tsc');
  execFileSync(
    process.execPath,
    [tsc, '--module', 'nodenext', '--strict', '--skipLibCheck', 'false', '--types', 'node', 'app.ts'],
    { cwd: app, stdio: 'inherit' },
  );

  expect(synthesize(app, 'app.js')).toEqual(synthesize(project, '--import', 'tsx', 'app.ts'));
  for (const folder of [project, app]) {
    rmSync(folder, { recursive: true });
  }
});

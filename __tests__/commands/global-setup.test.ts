import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Returns the code that a chapter of a page shows, in its order. */
function codeIn(page: string, chapter: string): string[] {
  const [, text] = new RegExp(`^## ${chapter}\n(.*?)(?=^## |$(?!\n))`, 'ms').exec(
    readFileSync(join('src', 'local', page), 'utf8'),
  )!;
  return [...text!.matchAll(/```(?:js|json|jsonc)\n(.*?)```/gs)].map(([, code]) => code!);
}

test('the tests of another project run against the services as the chapter shows it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'projects-'));
  symlinkSync(process.cwd(), join(folder, 'cognito'), 'junction');
  const project = join(folder, 'shop');
  mkdirSync(project);
  symlinkSync(resolve('node_modules'), join(project, 'node_modules'), 'junction');
  const names = ['users.json', 'jest.config.json', 'global-setup.js', 'global-teardown.js', 'users.test.js'];
  const code = [...codeIn('USERS.md', 'Your own users'), ...codeIn('TESTING.md', 'jest, with a clone')];
  expect(code).toHaveLength(names.length);
  for (const [index, name] of names.entries()) {
    writeFileSync(join(project, name), code[index]!);
  }

  const outdir = join(folder, 'cdktf.out');
  const jest = join('node_modules', 'jest', 'bin', 'jest.js');
  const run = () =>
    execFileSync(process.execPath, [jest], {
      cwd: project,
      env: { ...process.env, CDKTF_OUTDIR: outdir },
      stdio: 'pipe',
    });
  expect(run).not.toThrow();
  // Written when they were ready, and removed when they stopped.
  expect([existsSync(join(outdir, 'stacks')), existsSync(join(outdir, 'local-outputs.json'))]).toEqual([true, false]);

  writeFileSync(join(project, 'users.json'), '[{}]');
  expect(run).toThrow(/0\.attributes: is required[^]*The local services did not start\./);
}, 120_000);

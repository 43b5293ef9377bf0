import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { inspect } from 'node:util';

const runner = join('src', 'cli', 'run.mjs');

/** Has the folder of the project, and nothing of other tests. */
let parent: string;
let folder: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'run a program-'));
  folder = join(parent, 'project');
  write('package.json', '{}');
  write('tsconfig.json', '{}');
  mkdirSync(join(folder, 'src', 'cli'), { recursive: true });
  cpSync(runner, join(folder, runner));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(resolve('node_modules', 'esbuild'), join(folder, 'node_modules', 'esbuild'), 'junction');
});

afterEach(() => {
  rmSync(parent, { recursive: true, force: true });
});

function write(name: string, content: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [runner, 'main.ts', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout: stdout.trim(), stderr };
}

/** Lists the files that the cache has. */
function cached(): string[] {
  return readdirSync(join(folder, 'node_modules', '.cache', 'bundles'));
}

/** A program of several files and a package, which prints `old` until something in it changes. */
function writeProgram(): void {
  write('main.ts', "import { value } from './src/value';\nconsole.log(value);");
  write('src/value.ts', "export { value } from './a.folder';");
  write('src/a.folder/index.ts', "import { value } from 'package';\nexport { value };");
  write('node_modules/package/index.js', "exports.value = 'old';");
  write('node_modules/package/other.js', "exports.value = 'new';");
}

const newValue = "export const value = 'new';";

test.each<[what: string, name: string, content: string]>([
  ['the program', 'main.ts', "console.log('new');"],
  ['a module', 'src/value.ts', newValue],
  ['a module that replaces a folder', 'src/a.folder.ts', newValue],
  ['a package', 'node_modules/package/index.js', "exports.value = 'new';"],
  ['the main file of a package', 'node_modules/package/package.json', '{ "main": "other.js" }'],
])('the next run has a change of %s', (_, name, content) => {
  writeProgram();
  expect([run().stdout, run().stdout]).toEqual(['old', 'old']);

  write(name, content);

  expect(run().stdout).toBe('new');
});

test.each([
  ['the program', 'main.ts', '.ts'],
  ['a module', 'src/value.ts', '.ts'],
  ['a folder', 'src/a.folder', ''],
  ['a package', 'node_modules/package', ''],
])('the next run follows a link of %s to where it leads then', (_, link, ending) => {
  writeProgram();
  for (const value of ['old', 'new']) {
    write(`${value}.ts`, link === 'main.ts' ? `console.log('${value}');` : `export const value = '${value}';`);
    write(`${value}/index.ts`, `export const value = '${value}';`);
  }
  for (const value of ['old', 'new']) {
    rmSync(join(folder, link), { force: true, recursive: true });
    symlinkSync(join(folder, `${value}${ending}`), join(folder, link));

    expect([run().stdout, run().stdout]).toEqual([value, value]);
  }
});

test('the next run has a change of a folder to which a link leads', () => {
  const linked = mkdtempSync(join(tmpdir(), 'linked-'));
  mkdirSync(join(linked, 'value'));
  writeFileSync(join(linked, 'value', 'index.ts'), "export const value = 'old';");
  symlinkSync(linked, join(folder, 'linked'), 'junction');
  write('main.ts', "import { value } from './linked/value';\nconsole.log(value);");
  expect([run().stdout, run().stdout]).toEqual(['old', 'old']);

  writeFileSync(join(linked, 'value.ts'), newValue);

  expect(run().stdout).toBe('new');
});

test('a run without a change in the project leaves the bundle as it is, and a change removes the earlier one', () => {
  writeProgram();
  run();
  const first = cached();
  mkdirSync(join(parent, 'another project'));
  run();
  expect(cached()).toEqual(first);

  write('src/value.ts', newValue);
  run();

  expect(cached()).toHaveLength(first.length);
  expect(cached()).not.toEqual(first);
});

test('a program gets its arguments, and each file its own place', () => {
  write('main.ts', "import { place } from './src/place';\nconsole.log(process.argv.slice(1), place, __filename);");
  write('src/place.ts', 'export const place = __dirname;');
  const file = join(folder, 'main.ts');

  expect(run('--a', 'b').stdout).toBe(`${inspect([file, '--a', 'b'])} ${join(folder, 'src')} ${file}`);
});

test('each run can import a module of Node.js, also of a program with a hashbang', () => {
  write('main.ts', "#!/usr/bin/env node\nvoid import('node:path').then(({ sep }) => console.log(sep, __filename));");
  const line = `${sep} ${join(folder, 'main.ts')}`;

  expect([run(), run()]).toEqual([1, 2].map(() => ({ status: 0, stdout: line, stderr: '' })));
});

test('an error has the lines of the TypeScript', () => {
  write('main.ts', "import { fail } from './src/fail';\n\nfail('a mistake');");
  write('src/fail.ts', 'interface Unused {}\nexport function fail(text: string): never {\n  throw new Error(text);\n}');
  const report = [
    'Error: a mistake',
    `    at fail (${join(folder, 'src', 'fail.ts')}:3:9)`,
    `    at ${join(folder, 'main.ts')}:3:1`,
  ];

  for (const { status, stderr } of [run(), run()]) {
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toEqual(report);
  }
});

test('an error is reported although another run has removed the lines of the TypeScript', () => {
  write('main.ts', "throw new Error('a mistake');");
  run();
  const [map] = cached().filter((name) => name.endsWith('.map'));
  rmSync(join(folder, 'node_modules', '.cache', 'bundles', map!));

  expect(run().stderr).toMatch(/^Error: a mistake\n {4}at /);
});

test('code that cannot be read is reported once, with its line', () => {
  write('main.ts', 'const a = (1;\n');
  const { status, stderr } = run();

  expect(status).toBe(1);
  expect(stderr).toMatch(/ERROR.*Expected "\)" but found ";"\n\n +main\.ts:1:12:/);
  expect(stderr).not.toMatch(/^ +at /m);
});

test('runs although the folder cannot be written', () => {
  writeProgram();
  write('node_modules/.cache', 'a file where the folder would be');

  expect(run().stdout).toBe('old');
});

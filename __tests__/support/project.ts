import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';

const root = resolve(__dirname, '..', '..');

/**
 * Copies the project to a folder of its own, as a fresh clone after `npm ci`, with the settings that a user gives.
 *
 * @param from the folder of another version
 */
export function copyProject({
  settings,
  below = '',
  from = root,
}: { settings?: unknown; below?: string; from?: string | undefined } = {}): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'project-')), below);
  mkdirSync(folder, { recursive: true });
  for (const name of ['main.ts', 'src', 'package.json', 'tsconfig.json', 'cdktf.json', '.config']) {
    cpSync(join(from, name), join(folder, name), { recursive: true });
  }
  symlinkSync(resolve(from, 'node_modules'), join(folder, 'node_modules'), 'junction');
  if (settings !== undefined) {
    writeSettings(folder, settings);
  }
  return folder;
}

/**
 * Makes a project with its own settings and the code of this one, for a test that does not change code. It also has the
 * bundles of this project, which take longer to make than most commands take.
 */
export function linkProject(settings: unknown = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'project-'));
  const names = [
    'main.ts',
    'src',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    '.config',
    'node_modules',
    'dist',
  ];
  for (const name of names.filter((each) => existsSync(join(root, each)))) {
    symlinkSync(join(root, name), join(folder, name));
  }
  cpSync(join(root, 'cdktf.json'), join(folder, 'cdktf.json'));
  writeSettings(folder, settings);
  return folder;
}

/** Writes settings into a project's cdktf.json. */
export function writeSettings(folder: string, settings: unknown, environments: unknown = {}): void {
  const file = join(folder, 'cdktf.json');
  const json = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...json, context: { settings, environments } }));
}

/** Reads all files below a folder, by their path in it. */
export function filesBelow(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [relative(folder, file), readFileSync(file, 'utf8')]),
  );
}

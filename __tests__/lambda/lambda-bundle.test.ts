import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { unzipSync } from 'fflate';

import { bundleHandler } from '../../src/lambda/lambda-bundle';
import { parseSettings } from '../../src/settings/environments';

const root = process.cwd();

afterEach(() => {
  process.chdir(root);
});

/** Makes a project of these files the current folder. */
function enterProject(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  process.chdir(folder);
  write(files);
  return folder;
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

const handler = 'src/handlers/orders.ts';
const project = {
  [handler]: `import { total } from 'prices';
import { greeting } from '../greeting';

export const handler = (event: { name: string }) => Promise.resolve({ statusCode: 200, body: greeting(event.name, total) });
`,
  'src/greeting.ts': 'export const greeting = (name: string, total: number): string => `Grüezi ${name}: ${total}`;\n',
  'node_modules/prices/package.json': '{"name": "prices", "version": "1.0.0", "main": "index.js"}',
  'node_modules/prices/index.js': 'exports.total = 3;\n',
};

function bundle(bundleAwsSdk = true) {
  const { zipFile, sourceCodeHash } = bundleHandler({ handler, bundleAwsSdk });
  const files = unzipSync(new Uint8Array(readFileSync(zipFile)));
  const text = (name: string) => Buffer.from(files[name]!).toString();
  return { zipFile, sourceCodeHash, files: Object.keys(files), text };
}

describe('a bundle', () => {
  test('is one file with all that the handler imports, and a source map', () => {
    enterProject(project);
    const { files, text } = bundle();
    expect(files).toEqual(['index.js', 'index.js.map']);
    expect(text('index.js')).toContain('total = 3');
    expect((JSON.parse(text('index.js.map')) as { sources: string[] }).sources).toContain(handler);
    expect(text('index.js.map')).not.toContain('sourcesContent');
  });

  test('has the same bytes in every folder, and under every version of Node.js', () => {
    enterProject(project);
    const one = bundle();
    enterProject(project);
    const other = bundle();
    expect(other.text('index.js')).toBe(one.text('index.js'));
    expect(other.text('index.js.map')).toBe(one.text('index.js.map'));
    expect(other.sourceCodeHash).toBe(one.sourceCodeHash);
    // Pinned: this test runs under several versions, and none may have another hash.
    expect(one.sourceCodeHash).toMatchInlineSnapshot(`"WojOCc3fm5FUp3EaxxW08heyJgIe6Qz9dniBdID6WW0="`);
  });

  test('is made again when the handler, what it imports, or what an import means changes', () => {
    enterProject(project);
    const hashes = [bundle().sourceCodeHash];
    for (const change of [
      { 'src/greeting.ts': "export const greeting = (name: string) => 'Hello ' + name;\n" },
      { 'node_modules/prices/index.js': 'exports.total = 4;\n' },
      // Comes before greeting.ts, where an import has no extension.
      { 'src/greeting.tsx': "export const greeting = (name: string) => 'Hi ' + name;\n" },
    ]) {
      write(change);
      hashes.push(bundle().sourceCodeHash);
    }
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test('of an unchanged handler is not made again', () => {
    enterProject(project);
    const { zipFile } = bundle();
    const before = statSync(zipFile).mtimeMs;
    bundle();
    expect(statSync(zipFile).mtimeMs).toBe(before);
  });

  test('holds the AWS SDK unless the one of the runtime is wanted', () => {
    enterProject({
      [handler]: "import { client } from '@aws-sdk/client-s3';\nexport const handler = () => client;\n",
      'node_modules/@aws-sdk/client-s3/package.json': '{"name": "@aws-sdk/client-s3", "main": "index.js"}',
      'node_modules/@aws-sdk/client-s3/index.js': "exports.client = 'bundled';\n",
    });
    expect(bundle().text('index.js')).toContain("client = 'bundled'".replaceAll("'", '"'));
    expect(bundle(false).text('index.js')).toContain('require("@aws-sdk/client-s3")');
  });
});

describe('a handler is rejected, with file and line, that', () => {
  test.each([
    ['is wrong TypeScript', 'export const handler = (;', `${handler}:1: Unexpected ";"`],
    [
      'imports what is not there',
      "\nimport x from 'nowhere';\nexport const handler = x;",
      `${handler}:2: Could not resolve "nowhere"`,
    ],
    [
      'imports what has the name of its folder',
      "export { handler } from '../../index';",
      'cannot import index.ts, because the bundle would contain the name of the project folder; rename the file',
    ],
    ['exports another name', 'export const handle = () => 1;', `${handler}:1: does not export "handler"`],
    ['exports nothing', 'const handler = () => 1;\nhandler();', `${handler}:1: does not export "handler"`],
  ])('%s', (_what, source, message) => {
    enterProject({ [handler]: source, 'index.ts': 'export const handler = () => 1;' });
    expect(() => bundle()).toThrow(message);
  });

  test('has no place for its bundle', () => {
    enterProject({ ...project, 'node_modules/.cache': 'a file' });
    expect(() => bundle()).toThrow('the bundle cannot be written to node_modules/.cache/lambda: not a directory');
  });

  test('has a .zip file of more than 50 MB', () => {
    enterProject(project);
    expect(() => bundleHandler({ handler, bundleAwsSdk: true }, 100)).toThrow(
      'the .zip file has 1 MB, imports included; Lambda accepts',
    );
  });
});

test('the report of the settings has the mistake of a handler once, in whatever number of routes it is', () => {
  enterProject({ [handler]: 'export const handler = (;' });
  const route = { public: true, lambda: handler };
  const routes = { 'GET /orders': route, 'POST /orders': { ...route, lambda: { handler } } };
  const inCode = `\n\nIn the code:\n  ${handler}:1: Unexpected ";"`;
  expect(() => parseSettings({ routes })).toThrow(new Error(`A handler is wrong. Nothing was written.${inCode}`));
  expect(() => parseSettings({ region: 'moon', routes })).toThrow(/^1 setting and 1 handler are wrong\./);
});

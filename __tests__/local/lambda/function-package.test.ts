import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { type FunctionConfiguration } from '../../../src/local/lambda/function-configuration';
import { extractPackage, PackageError, readPackage, removePackage } from '../../../src/local/lambda/function-package';
import { LambdaService } from '../../../src/local/lambda/lambda-service';
import { packageOf, zipOf } from '../../support/function-package';

const service = new LambdaService(() => undefined);
afterAll(() => service.stop());

/** Runs the handler of a package, and returns what it returned. */
async function run(files: Readonly<Record<string, string>>, handler?: string): Promise<unknown> {
  const configuration: FunctionConfiguration = {
    address: 'aws_lambda_function.f',
    functionName: 'f',
    arn: 'arn:aws:lambda:us-east-1:123456789012:function:f',
    region: 'us-east-1',
    timeout: 5,
    memorySize: 256,
    runtime: 'nodejs22.x',
    variables: {},
    package: packageOf(files, handler),
  };
  return JSON.parse(await service.function(configuration).invoke({ requestId: 'id', event: '{}' }));
}

const returnsFile = 'exports.handler = async () => require("./lib/value.js").value;';
const value = 'exports.value = 42;';

describe('a handler runs', () => {
  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['with the modules of its package', { 'index.js': returnsFile, 'lib/value.js': value }, 'index.handler'],
    ['in a folder', { 'src/app.js': returnsFile, 'src/lib/value.js': value }, 'src/app.handler'],
    ['as a member of an export', { 'index.js': 'exports.api = { get: async () => 42 };' }, './index.api.get'],
    ['in an ES module', { 'index.mjs': 'await 0; export const handler = async () => 42;' }, 'index.handler'],
    [
      'in an ES module by the type of its package',
      {
        'package.json': '{"type":"module"}',
        'dist/index.js': 'import { value } from "./value.js"; export const handler = async () => value;',
        'dist/value.js': 'export const value = 42;',
      },
      'dist/index.handler',
    ],
    [
      'in CommonJS inside of a package of ES modules',
      {
        'package.json': '{"type":"module"}',
        'dist/package.json': '{}',
        'dist/index.js': 'exports.handler = async () => 42;',
      },
      'dist/index.handler',
    ],
    [
      'with the packages of its package',
      { 'index.js': 'exports.handler = async () => require("own").value;', 'node_modules/own/index.js': value },
      'index.handler',
    ],
    [
      'with the packages of the project, where the AWS SDK is',
      {
        'index.js': 'exports.handler = async () => typeof require("@aws-sdk/client-cognito-identity-provider") && 42;',
      },
      'index.handler',
    ],
  ])('%s', async (_, files, handler) => {
    expect(await run(files, handler)).toBe(42);
  });
});

describe('a package is rejected', () => {
  test.each<[string, Readonly<Record<string, string>>, string, string]>([
    ['if its handler is missing', { 'other.js': '' }, 'index.handler', 'handler: must be in index.js of the package'],
    ['if its handler is outside', { 'index.js': '' }, '../index.handler', 'handler: must be MODULE.EXPORT'],
    ['if its handler leads outside', { 'index.js': '' }, 'a/../../index.handler', 'handler: must be MODULE.EXPORT'],
    ['if its handler is an absolute path', { 'index.js': '' }, '/index.handler', 'handler: must be MODULE.EXPORT'],
    ['if its handler has no export', { 'index.js': '' }, 'index', 'handler: must be MODULE.EXPORT'],
    ['if a path leads out', { 'index.js': '', '../out.js': '' }, 'index.handler', 'leads out of it: "../out.js"'],
    ['if a path leads out on Windows', { 'index.js': '', '..\\out.js': '' }, 'index.handler', 'leads out of it'],
    ['if a path is absolute', { 'index.js': '', '/out.js': '' }, 'index.handler', 'leads out of it: "/out.js"'],
  ])('%s', (_, files, handler, message) => {
    expect(() => packageOf(files, handler)).toThrow(PackageError);
    expect(() => packageOf(files, handler)).toThrow(message);
  });

  test('if it does not exist, is no package, or has changed since it was read', () => {
    expect(() => extractPackage({ ...packageOf({ 'index.js': '' }), zipFile: 'nowhere.zip' })).toThrow(
      'filename: cannot be read: ENOENT',
    );
    const read = packageOf({ 'index.js': '' });
    writeFileSync(read.zipFile, 'no zip');
    expect(() => extractPackage(read)).toThrow(`filename: ${read.zipFile} has changed`);
  });
});

test('a link in a package becomes a file, and the folder is gone in the end', () => {
  // The entry of a link has its target as the content.
  const folder = extractPackage(packageOf({ 'index.js': '', link: '/etc/passwd' }));
  expect(statSync(join(folder, 'link')).isFile()).toBe(true);
  expect(readFileSync(join(folder, 'link'), 'utf8')).toBe('/etc/passwd');
  removePackage(folder);
  expect(existsSync(dirname(folder))).toBe(false);
  expect(readdirSync('node_modules').length).toBeGreaterThan(0);
});

test('the paths of a source map start at the project', () => {
  const map = JSON.stringify({ version: 3, sources: ['../src/index.ts'], mappings: '' });
  const folder = extractPackage(packageOf({ 'dist/index.js': '', 'dist/index.js.map': map }, 'dist/index.handler'));
  expect(JSON.parse(readFileSync(join(folder, 'dist/index.js.map'), 'utf8'))).toMatchObject({
    sourceRoot: `${pathToFileURL(resolve('dist')).href}/`,
  });
  removePackage(folder);
});

test('a package is rejected before it is extracted if it is larger than Lambda accepts', () => {
  const zipFile = zipOf({ 'index.js': 'x'.repeat(1000) });
  const bytes = readFileSync(zipFile);
  // The size without compression, in the central directory.
  bytes.writeUInt32LE(300 * 1024 * 1024, bytes.lastIndexOf('PK\x01\x02') + 24);
  writeFileSync(zipFile, bytes);
  expect(() => readPackage(zipFile, 'index.handler')).toThrow('more than Lambda accepts');
});

// Compiles this package before it is packed. Its code is bundled with the packages that it imports, in their versions of
// this project: so it needs no other package, and jest can load it, which does not load those that are ES modules only.
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import process from 'node:process';

import { build } from 'esbuild';
import ts from 'typescript';

process.chdir(resolve(import.meta.dirname, '..', '..'));
const api = 'src/local/index.ts';
const folder = 'src/local/dist';

rmSync(folder, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: [api, 'src/cli/commands/local-cognito.ts'],
  absWorkingDir: process.cwd(),
  outdir: folder,
  entryNames: '[name]',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // ES modules, where a package has both: esbuild cannot follow the `require` of some of the others.
  mainFields: ['module', 'main'],
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  logOverride: { 'empty-import-meta': 'error', 'import-is-undefined': 'error' },
});

// What the code reads from its own folder.
for (const file of [
  'src/http/style.css',
  'src/local/lambda/runtime.mjs',
  'src/local/user-pool/api/request-shapes.json',
]) {
  copyFileSync(file, join(folder, basename(file)));
}

// The types of the API refer to no others.
const { outputText } = ts.transpileDeclaration(readFileSync(api, 'utf8'), {
  compilerOptions: { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023 },
});
writeFileSync(join(folder, 'index.d.ts'), outputText);

writeFileSync(join(folder, 'LICENSE'), [readFileSync('LICENSE', 'utf8'), ...bundledLicenses()].join('\n---\n\n'));

/** Returns the licenses of the packages in the bundles, which have to come with them. */
function bundledLicenses() {
  const packages = Object.keys(metafile.inputs).flatMap(
    (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [],
  );
  return [...new Set(packages)].sort().map((path) => {
    const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const file = readdirSync(path).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(join(path, file), 'utf8')}`;
  });
}

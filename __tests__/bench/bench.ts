// `npm run bench`: how fast the project is, as ratios within one run.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { fail, readOptions } from '../../src/cli/command-line';
import { copyProject, writeSettings } from '../support/project';
import { benchFunctions, describeFunctions, synthWithFunctions } from './lambda';
import { benchLocal, describeLocalBench } from './local';
import { compare, describeTimings, node, type Timing } from './measure';
import { benchProject, installPeers, startProject } from './servers';
import { benchData, benchSignIns, benchSrpSignIns, benchStart } from './start';
import { benchTriggers } from './triggers';

const usage = `
npm run bench -- [options]: measures how fast the project is, on Linux. Times are of the processor

  --only PART       measures one part: synth, modules, growth, environments, start, sign-ins,
                    data, local, functions or triggers (default: all, which takes ten minutes)
  --against FOLDER  measures another version of the project beside this one: a clone after npm ci
  --peers           installs ministack from PyPI in a temporary folder, and measures it beside
                    this project
  --help            shows this help
`;

const options = readOptions(usage, {
  only: { type: 'string' },
  against: { type: 'string' },
  peers: { type: 'boolean', default: false },
});

const cdktf = join('node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf');
const project = copyProject();
const other = options.against === undefined ? undefined : copyProject({ from: options.against });

/** `cdktf synth` and `npm run synth` against the app command that `cdktf init` writes. */
function synth(): Timing[] {
  const commandsOf = (folder: string, suffix = '') => [
    { name: `npx cdktf synth${suffix}`, run: () => node(folder, [cdktf, 'synth']) },
    { name: `npm run synth${suffix}`, run: () => node(folder, script(folder, 'synth')) },
  ];
  return compare(
    [
      {
        name: 'cdktf synth as the template has it (npx ts-node main.ts)',
        run: () => node(project, [cdktf, 'synth', '--app', 'npx ts-node main.ts']),
      },
      ...commandsOf(project),
      ...(other === undefined ? [] : commandsOf(other, `, ${options.against!}`)),
    ],
    5,
  );
}

/** The arguments of Node.js in a script of package.json. */
function script(folder: string, name: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    scripts: Readonly<Record<string, string>>;
  };
  return scripts[name]!.split(' ').slice(1);
}

/** `npm run synth` with settings, by this version of the project and by the other. */
function synthsWith(name: string, settings: unknown, environments: unknown = {}) {
  return [undefined, ...(options.against === undefined ? [] : [options.against])].map((from) => {
    const folder = copyProject({ from });
    writeSettings(folder, settings, environments);
    const version = from === undefined ? '' : `, ${from}`;
    return { name: `npm run synth, ${name}${version}`, run: () => node(folder, script(folder, 'synth')) };
  });
}

/** The growth of a synth with environments. */
function environments(): Timing[] {
  return compare(
    [1, 10].flatMap((count) => {
      const names = Array.from({ length: count - 1 }, (_, index) => [`e${index}`, {}]);
      return synthsWith(`${count} environments`, {}, Object.fromEntries(names));
    }),
    11,
  );
}

/** main.ts against the least it can take: loading CDKTF and the bindings that the stacks use. */
function modules(): Timing[] {
  const modules = [
    ...new Set(
      [...sources(join(project, 'src'))].flatMap((source) =>
        [...source.matchAll(/from '(@cdktf\/provider-aws\/[^']+)'/g)].map(([, name]) => name!),
      ),
    ),
  ];
  const file = join(project, 'load.cjs');
  writeFileSync(file, ['cdktf', ...modules].map((name) => `require(${JSON.stringify(name)});\n`).join(''));
  const name = `loading cdktf and ${modules.length} bindings`;
  return compare(
    [
      { name: `${name}, through tsx as main.ts is`, run: () => node(project, ['--import', 'tsx', file]) },
      { name, run: () => node(project, [file]) },
      { name: 'main.ts', run: () => node(project, ['--import', 'tsx', 'main.ts']) },
    ],
    11,
  );
}

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith('.ts')) {
      yield readFileSync(join(entry.parentPath, entry.name), 'utf8');
    }
  }
}

/** The growth of a synth with routes, per route. */
function growth(): Timing[] {
  return compare(
    [100, 1, 10, 300, 1000].flatMap((count) => {
      const names = Array.from({ length: count }, (_, index) => `GET /resource${index}`);
      const route = { scopes: ['openid'], response: { body: {} } };
      const settings = { routes: Object.fromEntries(names.map((name) => [name, route])) };
      return synthsWith(`${count} routes, per route`, settings).map((each) => ({ ...each, parts: count }));
    }),
    5,
  );
}

/** Starts this project, another version of it and other emulators. */
function starts({ withPeers = options.peers } = {}) {
  const ofProject = (from?: string) => {
    const folder = benchProject(from);
    return () => startProject(folder);
  };
  return {
    'npm start': ofProject(),
    ...(options.against !== undefined && { [options.against]: ofProject(options.against) }),
    ...(withPeers && installPeers()),
  };
}

const parts: Readonly<Record<string, () => string[] | Promise<string[]>>> = {
  synth: () => describeTimings(synth()),
  modules: () => describeTimings(modules()),
  growth: () => describeTimings(growth()),
  environments: () => describeTimings(environments()),
  start: () => benchStart(starts()),
  'sign-ins': async () => [...(await benchSignIns(starts())), ...(await benchSrpSignIns(starts({ withPeers: false })))],
  data: () =>
    benchData({
      'npm start': benchProject(),
      ...(options.against !== undefined && { [options.against]: benchProject(options.against) }),
    }),
  local: async () => describeLocalBench(await benchLocal()),
  triggers: () => benchTriggers(),
  functions: async () => [...describeTimings(synthWithFunctions()), ...describeFunctions(await benchFunctions())],
};

async function main(): Promise<void> {
  const { only } = options;
  if (only !== undefined && !(only in parts)) {
    fail(`--only has an unknown value, got ${JSON.stringify(only)}; allowed: ${Object.keys(parts).join(', ')}.`);
  }
  for (const [name, measure] of Object.entries(parts).filter(([name]) => name === (only ?? name))) {
    console.log(`\n${name}\n${(await measure()).map((line) => `  ${line}`).join('\n')}`);
  }
}

void main();

// `npm run bench`: how fast the project is, as ratios within one run. Takes about three minutes.
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { App } from 'cdktf';

import { ApiGatewayStack } from '../../src/api-gateway/api-gateway-stack';
import { CognitoStack } from '../../src/cognito/cognito-stack';
import { readOptions } from '../../src/cli/command-line';
import { parseSettings } from '../../src/settings/environments';
import { copyProject } from '../support/project';
import { benchFunctions, describeFunctions, synthWithFunctions } from './lambda';
import { benchLocal, describeLocalBench } from './local';
import { compare, median, node, timed, type Timing } from './measure';

const usage = `
npm run bench -- [options]: measures how fast the project is

  --json  prints one line of JSON
  --help  shows this help
`;

const options = readOptions(usage, { json: { type: 'boolean', default: false } });

const cdktf = join('node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf');
const project = copyProject();

/** `cdktf synth` and `npm run synth` against the app command that `cdktf init` writes. */
function commands(): Timing[] {
  return compare(
    [
      {
        name: 'cdktf synth as the template has it (npx ts-node main.ts)',
        run: () => node(project, [cdktf, 'synth', '--app', 'npx ts-node main.ts']),
      },
      {
        name: 'npx cdktf synth',
        run: () => node(project, [cdktf, 'synth']),
      },
      {
        name: 'npm run synth',
        run: () => node(project, [join('src', 'cli', 'run.mjs'), join('src', 'cli', 'commands', 'synth.ts')]),
      },
    ],
    5,
  );
}

/** main.ts against the least it can take: loading CDKTF and the bindings that the stacks use. */
function start(): Timing[] {
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

/** The growth of a synth with protected endpoints, per endpoint. */
function growth(): Timing[] {
  const sizes = [100, 1, 10, 300, 1000];
  const outdir = mkdtempSync(join(tmpdir(), 'bench-'));
  const synth = (size: number) => {
    const routes = Object.fromEntries(
      Array.from({ length: size }, (_, index) => [
        `GET /resource${index}`,
        { scopes: ['openid'], response: { body: {} } },
      ]),
    );
    const app = new App({ outdir, stackTraces: false });
    const settings = parseSettings({ routes });
    const { userPool } = new CognitoStack(app, 'CognitoStack', settings);
    new ApiGatewayStack(app, 'ApiGatewayStack', { ...settings, userPool });
    app.synth();
  };
  sizes.forEach(synth);
  const rounds = Array.from({ length: 5 }, () =>
    sizes.map(
      (size) =>
        timed(() => {
          synth(size);
        }) / size,
    ),
  );
  return sizes.map((size, index) => ({
    name: `synth of ${size} endpoints, per endpoint`,
    milliseconds: median(rounds.map((round) => round[index]!)),
    ratio: median(rounds.map((round) => round[index]! / round[0]!)),
  }));
}

async function main(): Promise<void> {
  const synth = Object.entries({ commands, start, growth, 'with functions': synthWithFunctions }).map(
    ([title, run]) => {
      console.error(`measuring ${title} …`);
      return { title, timings: run() };
    },
  );
  console.error('measuring the local services …');
  const local = await benchLocal();
  const functions = await benchFunctions();

  if (options.json) {
    console.log(JSON.stringify({ synth, local, functions }));
    return;
  }
  for (const { title, timings } of synth) {
    console.log(`\n${title.padEnd(62)}        ms   ratio`);
    for (const { name, milliseconds, ratio } of timings) {
      console.log(`  ${name.padEnd(60)}${milliseconds.toFixed(1).padStart(10)}${ratio.toFixed(2).padStart(8)}`);
    }
  }
  console.log(`\nlocal services\n${describeLocalBench(local).join('\n')}`);
  console.log(`\nfunctions\n${describeFunctions(functions).join('\n')}`);
}

void main();

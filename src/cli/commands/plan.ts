// `npm run plan`: shows for each stack in turn what a deploy would change.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { SelectedEnvironment } from '../environment';
import { refuseLeftBehindState } from '../left-behind-state';
import { readJson, readSynthesizedStacks, type SynthesizedStack } from '../../terraform/synthesized-stacks';

const cdktf = join('node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf');
const stacks = readSynthesizedStacks();
refuseLeftBehindState(stacks, SelectedEnvironment.read({}));

for (const stack of stacks) {
  const missing = stacks.find(({ name }) => stack.dependencies.includes(name) && !isDeployed(name, stack));
  if (missing) {
    console.log(
      `${stack.name} can be planned once ${missing.name} is deployed, whose outputs it reads; npm run deploy does both in order.`,
    );
    continue;
  }
  const { status } = spawnSync(
    process.execPath,
    [cdktf, 'diff', stack.name, '--skip-synth', ...process.argv.slice(2)],
    {
      stdio: 'inherit',
    },
  );
  if (status !== 0) {
    process.exitCode = status ?? 1;
    break;
  }
}

/** Looks into a stack's local state for what another reads of it; of a state elsewhere it knows nothing. */
function isDeployed(name: string, reader: SynthesizedStack): boolean {
  const { folder, terraform } = stacks.find((stack) => stack.name === name)!;
  const path = terraform.terraform.backend?.local?.path;
  if (path === undefined) {
    return true;
  }
  const state = join(folder, path);
  // A terraform that was killed may have opened the file and not written it.
  const written = existsSync(state) && statSync(state).size > 0;
  const { outputs = {} } = written ? (readJson(state) as { outputs?: object }) : {};
  const reads = JSON.stringify(reader.terraform).matchAll(/cross-stack-reference-input-([\w-]+)\.outputs\.([\w-]+)/g);
  return [...reads].every(([, stack, output]) => stack !== name || Object.hasOwn(outputs, output!));
}

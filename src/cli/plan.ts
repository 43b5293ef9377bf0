// `npm run plan`: shows for each stack in turn what a deploy would change.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { readJson, readSynthesizedStacks } from './synthesized-stacks';

const cdktf = join('node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf');
const stacks = readSynthesizedStacks();

for (const stack of stacks) {
  const missing = stacks.find(({ name }) => stack.dependencies.includes(name) && !isDeployed(name));
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

/** Looks into a stack's local state; of a state elsewhere it knows nothing, and lets terraform find out. */
function isDeployed(name: string): boolean {
  const { folder, terraform } = stacks.find((stack) => stack.name === name)!;
  const path = terraform.terraform.backend?.local?.path;
  if (path === undefined) {
    return true;
  }
  const state = join(folder, path);
  return existsSync(state) && Object.keys((readJson(state) as { outputs: object }).outputs).length > 0;
}

// `npm run move-state`: moves the state of an environment to where the settings put it.
import { existsSync, renameSync } from 'node:fs';

import { type SynthesizedStack } from '../../terraform/synthesized-stacks';
import { fail, readOptions } from '../command-line';
import { environmentOption, SelectedEnvironment } from '../environment';
import { forgetInitializedBackend, StateLocation } from '../deploy/state-location';
import { runCommand } from '../deploy/terraform';
import { synthesize } from '../synthesize';

const usage = `
npm run move-state -- --from LOCATION [options]: moves Terraform's state to where the setting "state" puts it

  --from LOCATION     where the state is now: local, or s3://BUCKET/KEY_PREFIX
  --region REGION     region of that bucket (default: us-east-1)
  --environment NAME  an environment of cdktf.json (default: the default environment)
  --help              shows this help

Change the setting first. Nothing is deployed, and the old state is kept as a backup.
`;

const options = readOptions(usage, {
  ...environmentOption,
  from: { type: 'string' },
  region: { type: 'string', default: 'us-east-1' },
});
const environment = SelectedEnvironment.read(options);
const source = readSource(options.from);

runCommand(async () => {
  const stacks = await synthesize(environment);
  const moves: Move[] = [];
  // Every stack is checked before the first is moved.
  for (const stack of stacks) {
    console.log(`${stack.name}: ${source(stack).address} -> ${StateLocation.of(stack).address}`);
    moves.push(await prepareMove(stack));
  }
  if (moves.every(({ isKnown }) => !isKnown)) {
    fail(`There is no state of ${environment.title} in ${String(options.from)}: nothing was moved. Correct --from.`);
  }
  for (const { move } of moves) {
    await move();
  }
  console.log(`\nNext: npm run plan${environment.scriptOption}. It must not show a change.`);
});

interface Move {
  /** Whether the stack has a state, or terraform has used one of the two locations. */
  readonly isKnown: boolean;
  readonly move: () => Promise<void>;
}

/** Reads the state of a stack, and returns how to move it. */
async function prepareMove(stack: SynthesizedStack): Promise<Move> {
  const { name } = stack;
  const from = source(stack);
  const to = StateLocation.of(stack);
  if (from.address === to.address) {
    fail(`The setting "state" is still ${to.address}: change it in cdktf.json first. Nothing was moved.`);
  }
  const [state, other] = await Promise.all([from.read(), to.read()]);
  // An interrupted move can have written this version, or a deploy a later one.
  const isWritten = state !== undefined && other?.lineage === state.lineage && other.serial >= state.serial;
  if (state && other && !isWritten) {
    fail(
      `${to.address} already contains another state. Nothing was moved. ` +
        'If it is not in use, delete it; otherwise choose another place for the setting "state".',
    );
  }
  const lastUsed = StateLocation.lastUsed(stack)?.address;
  if (!state && !other && lastUsed !== undefined && lastUsed !== from.address && lastUsed !== to.address) {
    // Without this, the next deploy would not find the state, and would create every resource a second time.
    fail(`${from.address} does not exist, and terraform last used ${lastUsed}: nothing was moved. Correct --from.`);
  }
  const move = async () => {
    if (!state) {
      console.log(`${name}: ${other ? 'already moved' : 'no state to move'}`);
      forgetInitializedBackend(stack);
      return;
    }
    if (!isWritten) {
      await to.write(state);
    }
    forgetInitializedBackend(stack);
    console.log(`${name}: moved; the old state is still in ${keepAsBackup(from)}`);
  };
  return { isKnown: (state ?? other ?? lastUsed) !== undefined, move };
}

/** Keeps the old state under a name that no command reads; an object in a bucket stays as it is. */
function keepAsBackup(from: StateLocation): string {
  if (from.backend === 's3') {
    return from.address;
  }
  let backup = `${from.address}.moved`;
  while (existsSync(backup)) {
    backup += '.moved';
  }
  renameSync(from.address, backup);
  return backup;
}

function readSource(given: string | undefined): (stack: SynthesizedStack) => StateLocation {
  const [, bucket, keyPrefix] = /^s3:\/\/([^/]+)\/(.+?)\/?$/.exec(given ?? '') ?? [];
  if (bucket !== undefined && keyPrefix !== undefined) {
    return ({ name }) => StateLocation.object(bucket, `${keyPrefix}/${name}.tfstate`, options.region);
  }
  if (given !== 'local') {
    fail(
      given === undefined
        ? '--from is required; allowed: local, s3://BUCKET/KEY_PREFIX.'
        : `--from must be local or s3://BUCKET/KEY_PREFIX, got ${JSON.stringify(given)}.`,
    );
  }
  return ({ name }) => StateLocation.file(name);
}

import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { readSynthesizedStacks, type SynthesizedStack } from '../../src/terraform/synthesized-stacks';
import { type Synthesized } from './stack-json';

export type Stack = Pick<SynthesizedStack, 'name' | 'terraform'>;

/** Runs main.ts once, with the default settings, for all tests that look at what it writes. */
export async function runMain(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'main-'));
  writeFileSync(join(folder, 'cdktf.json'), '{}');
  const outdir = join(folder, 'cdktf.out');
  await promisify(execFile)(process.execPath, [resolve('src', 'cli', 'run.mjs'), resolve('main.ts')], {
    cwd: folder,
    env: { ...process.env, CDKTF_OUTDIR: outdir },
  });
  process.env.MAIN_OUTDIR = outdir;
}

/** Returns the folder that main.ts has written to. */
export function mainOutdir(): string {
  return process.env.MAIN_OUTDIR!;
}

/** Returns the stacks that main.ts has written. */
export function mainStacks(): Stack[] {
  return readSynthesizedStacks(mainOutdir());
}

/** Returns them as `synthApp` does: without CDKTF's metadata, which its test app leaves out. */
export function synthesizedByMain(): Synthesized {
  const [cognito, apiGateway] = mainStacks().map(({ terraform }) => JSON.stringify(terraform, withoutMetadata, 2));
  return { cognito: cognito!, apiGateway: apiGateway! };
}

/** Returns what `synthApp` has written as the local services read it. */
export function stacksOf({ cognito, apiGateway }: Synthesized): Stack[] {
  return [
    { name: 'CognitoStack', terraform: JSON.parse(cognito) as Stack['terraform'] },
    { name: 'ApiGatewayStack', terraform: JSON.parse(apiGateway) as Stack['terraform'] },
  ];
}

function withoutMetadata(name: string, value: unknown): unknown {
  return name === '//' ? undefined : value;
}

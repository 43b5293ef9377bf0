import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { App } from 'cdktf';

import { removeOldBundles } from '../lambda/lambda-bundle';
import { systemErrorOf } from '../rules/system-error';
import { pinProvider } from './provider-lock';

/**
 * Defines an app and writes the Terraform JSON of its stacks.
 *
 * Ends the program with one message when the output folder cannot be written.
 *
 * @param define defines the stacks
 */
export function synthesize(define: (app: App) => void): void {
  // A stack trace in the output would contain the paths of the machine that wrote it.
  const app = writing(() => new App({ stackTraces: false }));
  define(app);
  writing(() => {
    app.synth();
    for (const { synthesizedStackPath, workingDirectory } of Object.values(app.manifest.stacks)) {
      const folder = join(app.outdir, workingDirectory);
      pinProvider(folder);
      removeOldBundles(join(folder, 'assets'), readFileSync(join(app.outdir, synthesizedStackPath), 'utf8'));
    }
  });
}

/** Runs a step of CDKTF that writes to the output folder. */
function writing<Result>(step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    const problem = systemErrorOf(error);
    if (problem === undefined) {
      throw error;
    }
    const outdir = process.env.CDKTF_OUTDIR ?? 'cdktf.out';
    console.error(
      `The stacks cannot be written to ${outdir}: ${problem}. Make ${outdir} a folder that you can write to.`,
    );
    process.exit(1);
  }
}

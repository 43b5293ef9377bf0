import { type Outputs } from '../../terraform/plan-json';
import { type OutputNames, type SynthesizedStack } from '../../terraform/synthesized-stacks';
import { writeFile } from '../write-file';
import { runTerraform, TerraformError } from './terraform';

/**
 * Reads the outputs that a stack has in its state.
 *
 * @throws {TerraformError} when terraform cannot read them
 */
export async function readOutputs({ folder }: SynthesizedStack): Promise<Outputs> {
  const { status, stdout, output } = await runTerraform(folder, ['output', '-json']);
  if (status !== 0) {
    throw new TerraformError(output);
  }
  return JSON.parse(stdout) as Outputs;
}

/** The outputs of a deploy by stack, in the order in which the stacks are deployed. */
export type StackOutputs = ReadonlyMap<SynthesizedStack, Outputs>;

/**
 * Writes the outputs of all stacks by stack and construct path, as the cdktf CLI does.
 *
 * @param includeSensitive also writes those that are secret
 */
export function writeOutputs(file: string, stacks: StackOutputs, includeSensitive: boolean): void {
  const named = [...stacks].map(([{ name, terraform }, outputs]) => {
    const isWritten = (output: string) => outputs[output] && (includeSensitive || !outputs[output].sensitive);
    const read = (names: OutputNames): object =>
      Object.fromEntries(
        Object.entries(names).flatMap(([id, output]) =>
          typeof output !== 'string'
            ? [[id, read(output)] as const]
            : isWritten(output)
              ? [[id, outputs[output]!.value] as const]
              : [],
        ),
      );
    return [name, read(terraform['//']?.outputs?.[name] ?? {})] as const;
  });
  writeFile(file, `${JSON.stringify(Object.fromEntries(named), null, 2)}\n`);
}

/** Lists the outputs of all stacks for a reader, each whole and on one line. */
export function outputLines(stacks: StackOutputs): string[] {
  return [...stacks].flatMap(([{ name }, outputs]) => {
    const shown = Object.entries(outputs).filter(([output]) => !output.startsWith('cross-stack-output-'));
    return shown.length === 0
      ? []
      : [
          '',
          `Outputs of ${name}:`,
          ...shown.map(([output, { sensitive, value }]) => `  ${output} = ${sensitive ? '(sensitive)' : text(value)}`),
        ];
  });
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

import { spawnSync } from 'node:child_process';

import { processorTimeOfEnded } from './servers';

/** Something to time, by the name that the table shows. */
export interface Candidate {
  readonly name: string;
  readonly run: () => void;
  /**
   * The number of parts that it runs, to compare the time for one.
   *
   * @default 1
   */
  readonly parts?: number;
}

/** A candidate's median, in milliseconds, and how it compares with the baseline. */
export interface Timing {
  readonly name: string;
  readonly milliseconds: number;
  /** Median over the rounds of this candidate's time in the round by the baseline's. */
  readonly ratio: number;
}

/**
 * Times candidates in turn, round by round, so that a machine that slows down slows all of them.
 *
 * The first candidate is the baseline of the ratios.
 */
export function compare(candidates: readonly Candidate[], rounds: number): Timing[] {
  for (const { run } of candidates) {
    run();
  }
  const times = Array.from({ length: rounds }, () => candidates.map(({ run, parts = 1 }) => timed(run) / parts));
  return candidates.map(({ name }, index) => ({
    name,
    milliseconds: median(times.map((round) => round[index]!)),
    ratio: median(times.map((round) => round[index]! / round[0]!)),
  }));
}

/** Returns the processor time of a call and of the programs that it runs, in milliseconds. */
export function timed(run: () => void): number {
  const start = processorTime();
  run();
  return processorTime() - start;
}

/** Unlike the time of the clock, it is not longer when the machine has other things to do. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + processorTimeOfEnded();
}

/** Writes the measurements as lines of a table. */
export function describeTimings(timings: readonly Timing[]): string[] {
  return timings.map(
    ({ name, milliseconds, ratio }) =>
      `${name.padEnd(60)}${milliseconds.toFixed(1).padStart(10)} ms${ratio.toFixed(3).padStart(8)}`,
  );
}

export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}

/** Runs a program of Node in a folder to its end. */
export function node(folder: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, CHECKPOINT_DISABLE: '1', DOMAIN_PREFIX: 'bench' },
  });
  if (status !== 0) {
    throw new Error(`${args.join(' ')} failed: ${stderr}`);
  }
}

// src/local/FACTS.md: the settings of the stacks that the facts are about, and the table with what was measured.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Answer } from './fact';
import { factGroups } from './facts';

export const documentFile = join('src', 'local', 'FACTS.md');
export const measuredFile = join('__tests__', 'facts', 'measured.json');

/** What several endpoints answered in one run. */
export interface Measured {
  readonly date: string;
  readonly endpoints: readonly {
    readonly name: string;
    readonly version: string;
    readonly answers: Readonly<Record<string, Answer>>;
  }[];
}

const signs = { holds: '✓', differs: '✗', 'not served': '–' } as const;
const begin = '<!-- npm run facts -- --compare writes what follows. -->';

/** Returns the environment `facts` that the document shows: the settings of the stacks. */
export function factSettings(): Readonly<Record<string, unknown>> {
  const [, json] = /```json\n(.*?)```/s.exec(readFileSync(documentFile, 'utf8'))!;
  const { context } = JSON.parse(json!) as { context: { environments: { facts: Record<string, unknown> } } };
  return context.environments.facts;
}

export function readMeasured(): Measured {
  return JSON.parse(readFileSync(measuredFile, 'utf8')) as Measured;
}

/** Returns the document with the table of what was measured. */
export function documentWith(measured: Measured): string {
  const document = readFileSync(documentFile, 'utf8');
  return `${document.slice(0, document.indexOf(begin) + begin.length)}\n\n${tablesOf(measured)}`;
}

function tablesOf({ date, endpoints }: Measured): string {
  const names = endpoints.map(({ name }) => name);
  const count = (answers: Readonly<Record<string, Answer>>, result: Answer['result']) =>
    Object.values(answers).filter((answer) => answer.result === result).length;
  return [
    `Measured on ${date}: ✓ holds, ✗ differs, – not served.`,
    '',
    ...table(
      ['', '✓', '✗', '–'],
      endpoints.map(({ name, version, answers }) => [
        `${name} ${version}`,
        ...(['holds', 'differs', 'not served'] as const).map((result) => String(count(answers, result))),
      ]),
    ),
    ...factGroups.flatMap(({ title, facts }) => [
      '',
      `## ${title}`,
      '',
      ...table(
        ['', 'fact', 'source', 'test', ...names],
        facts.map(({ number, words, source, test: { file } }) => [
          number,
          words,
          `[${source.kind}](${source.url})`,
          file,
          ...endpoints.map(({ answers }) => signs[answers[number]!.result]),
        ]),
      ),
    ]),
    '',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
}

import { type KeptArgument } from '../../terraform/kept-arguments';
import { type Loss } from '../../terraform/losses';
import { type ChangedArgument } from '../../terraform/plan';
import { type Rejection } from '../../terraform/rejections';
import {
  changesOf,
  headline,
  keptOf,
  lossesOf,
  participles,
  rejectionsOf,
  routeDifferencesOf,
  titleOf,
} from './plan-report';
import { type RouteDifference } from '../../terraform/routes';
import { type StackPlan } from './stack-plans';

/** A comment on GitHub has at most 65,536 characters; the rest is for what a workflow adds. */
const maxLength = 65_000;

/** Most of the space for the tables; the full plans have what remains. */
const maxSummaryLength = 40_000;

/**
 * Writes the plans as Markdown for the comment on a pull request.
 *
 * @param environment what messages call it
 */
export function planMarkdown(environment: string, plans: readonly StackPlan[]): string {
  const summary = cut(
    [
      `## ${titleOf(plans)} ${escape(environment)}`,
      ...alert('CAUTION', 'This cannot be deployed:', rejectionsOf(plans).map(rejectionItem)),
      ...alert('CAUTION', 'This cannot be undone:', lossesOf(plans).map(lossItem)),
      ...alert('WARNING', 'AWS keeps what the settings no longer have:', keptOf(plans).map(keptItem)),
      ...routeTable(routeDifferencesOf(plans)),
      ...plans.map(section),
    ].join('\n\n'),
    maxSummaryLength,
  );
  const planned = plans.filter(({ text }) => text !== '');
  const space = Math.floor((maxLength - summary.length) / planned.length);
  return `${[summary, ...planned.map((plan) => fullPlan(plan, space))].join('\n\n')}\n`;
}

/** @see https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#alerts */
function alert(kind: string, title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [[`> [!${kind}]`, `> **${title}**`, ...items.map((item) => `> ${item}`)].join('\n')];
}

function rejectionItem({ address, problem, remedy }: Rejection): string {
  return `- ${code(address)}: ${escape(problem)}. To do: ${escape(remedy)}`;
}

function lossItem({ address, effect, within }: Loss): string {
  return `${within === undefined ? '' : '  '}- ${code(address)}: ${escape(effect)}`;
}

function keptItem({ address, argument, remedy }: KeptArgument): string {
  return `- ${code(address)}: ${code(argument)}. To do: write to ${escape(remedy)}`;
}

function routeTable(differences: readonly RouteDifference[]): string[] {
  const rows = differences.map((row) =>
    [row.route, row.settings, row.api, row.stage].map((cell) => (cell === null ? '' : code(cell))),
  );
  const header = [
    ['routes that differ', 'settings', 'API', 'stage'],
    ['---', '---', '---', '---'],
  ];
  return rows.length === 0 ? [] : [[...header, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')];
}

function section(stackPlan: StackPlan): string {
  const rows = changesOf(stackPlan).map(
    (change) =>
      `| ${participles[change.action]} | ${code(change.address)} | ${change.arguments.map(argument).join(', ')} |`,
  );
  const table = rows.length === 0 ? '' : `\n\n| | address | arguments |\n|---|---|---|\n${rows.join('\n')}`;
  return `### ${escape(stackPlan.stack.name)}: ${escape(headline(stackPlan))}${table}`;
}

function argument({ name, forcesReplacement, knownAfterApply }: ChangedArgument): string {
  return `${code(name)}${forcesReplacement ? ' (forces replacement)' : ''}${knownAfterApply ? ' (known after apply)' : ''}`;
}

function fullPlan({ stack, text }: StackPlan, space: number): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const [start, end] = [
    `<details><summary>Full plan of ${escape(stack.name)}</summary>\n\n${fence}\n`,
    `\n${fence}\n\n</details>`,
  ];
  return `${start}${cut(text, space - start.length - end.length - 2)}${end}`;
}

const cutNote = '\n\n… cut here, for the length of a comment. The output of npm run plan has all of it.';

/** Cuts a string after a line, and says so. */
function cut(text: string, length: number): string {
  if (text.length <= length) {
    return text;
  }
  const kept = text.slice(0, Math.max(0, length - cutNote.length));
  return `${kept.slice(0, Math.max(0, kept.lastIndexOf('\n')))}${cutNote}`;
}

function code(text: string): string {
  // A backtick ends a code span, and a vertical line the cell of a table.
  return /^[^`|\n]+$/.test(text)
    ? `\`${text}\``
    : `<code>${text.replace(/[^\w .-]/g, (character) => `&#${character.codePointAt(0)!};`)}</code>`;
}

function escape(text: string): string {
  // A name after an at sign would get a notification.
  return text.replace(/[\\`*_{}[\]<>#|~&]/g, '\\$&').replaceAll('@', '@<!-- -->');
}

import type * as velocity from 'velocityjs';

import { textRule } from '../rules/rule';

/**
 * Writes a value as a mapping template that yields this value, in JSON.
 *
 * Velocity evaluates `$` and `#`, and Terraform evaluates `${` and `%{`. In JSON these are always part of a string, where
 * an escape sequence can replace them. The result is the same JSON value, with nothing to evaluate.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8259#section-7
 */
export function jsonTemplate(value: unknown): string {
  return JSON.stringify(value).replace(
    // A token of CDKTF is kept: it stands for a value that only apply knows.
    /(?!\$\{TfToken\[)[$#]|%(?=\{)/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}

/** Returns a string as a literal of API Gateway's parameter mapping. */
export function literal(value: string): string {
  return `'${value}'`;
}

/** Escapes a mapping template for Terraform, which would evaluate `${` and `%{` before API Gateway gets them. */
export function escapeTerraform(template: string): string {
  return template.replace(/(?!\$\{TfToken\[)([$%])\{/g, '$1$1{');
}

/**
 * The rule about a mapping template. API Gateway accepts any text, and answers 500 to the call that evaluates a wrong one.
 *
 * @see https://velocity.apache.org/engine/1.7/user-guide.html
 */
export const mappingTemplateRule = textRule(
  'a template in the Velocity Template Language, such as {"id": "$util.escapeJavaScript($input.params(\'id\'))"}',
  (template) => (template === '' ? 'is empty' : syntaxError(template)),
);

/** Says what is wrong with the syntax of a template, or nothing when it is right. */
function syntaxError(template: string): string | undefined {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only a project with a template loads the parser
  const { parse } = require('velocityjs') as typeof velocity;
  try {
    parse(template);
  } catch (error) {
    const { message, hash } = error as Error & { readonly hash?: { readonly loc?: { readonly last_column: number } } };
    const line = / on line (\d+)/.exec(message)?.[1] ?? '1';
    const column = hash?.loc === undefined ? '' : `, column ${hash.loc.last_column + 1}`;
    return `has a syntax error in line ${line}${column}`;
  }
  // The parser repeats what follows a block without #end, and drops what follows an #end without a block.
  const end = 'the end of the template';
  const nodes: unknown[] = parse(`${template}\n#[[${end}]]#`);
  const ends = nodes.flat(Infinity).filter((node) => (node as { value?: unknown }).value === end);
  return ends.length === 1 ? undefined : 'has a block without #end, or an #end without a block';
}

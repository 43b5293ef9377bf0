import { lengthProblem, stringRule } from '../rules/rule';
import { parseVelocity, type VelocitySyntaxError } from '../rules/velocity';

/**
 * Returns a mapping template that yields a value, in JSON.
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

/** Characters that a mapping template can have: 300 KB. */
export const largestTemplate = 300 * 1024;

/**
 * The rule about a mapping template. API Gateway accepts any string, and responds with 500 to a call that evaluates a
 * wrong one.
 *
 * @see https://velocity.apache.org/engine/1.7/user-guide.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
export const mappingTemplateRule = stringRule(
  'a template in the Velocity Template Language, such as {"id": "$util.escapeJavaScript($input.params(\'id\'))"}',
  (template) => {
    try {
      parseVelocity(template);
      return lengthProblem(template, 1, largestTemplate);
    } catch (error) {
      return `syntax error: ${(error as VelocitySyntaxError).message}`;
    }
  },
);

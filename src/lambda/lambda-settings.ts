import { createHash } from 'node:crypto';

import { z } from 'zod';

import { parameterArn, secretArn } from '../rules/arn';
import { projectFileProblem } from '../rules/project-file';
import { isToken, objectRule, stringRule } from '../rules/rule';
import { retentionRule } from '../stack/log-settings';
import { permissionsRule } from './permissions';

/**
 * Environment variables of a function, by name.
 *
 * A value that is the ARN of a Systems Manager parameter or of a Secrets Manager secret gives the function the permission
 * to read it.
 */
type EnvironmentVariables = Readonly<Record<string, string>>;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const reservedNames = new Set(
  ['_HANDLER', '_X_AMZN_TRACE_ID', 'AWS_DEFAULT_REGION', 'AWS_REGION', 'AWS_EXECUTION_ENV', 'AWS_ACCESS_KEY'].concat(
    ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_LAMBDA_FUNCTION_NAME'],
    ['AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_VERSION', 'AWS_LAMBDA_INITIALIZATION_TYPE'],
    ['AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME', 'AWS_LAMBDA_RUNTIME_API', 'LAMBDA_TASK_ROOT'],
    ['LAMBDA_RUNTIME_DIR'],
  ),
);

/** In bytes, of the variables as JSON, which is how Lambda measures them. */
const maxEnvironmentSize = 4096;

const environmentRule = z.record(z.string(), z.string()).superRefine((environment: EnvironmentVariables, context) => {
  const reject = (path: string[], message: string, allowed?: string) => {
    // A value can be a secret: the report does not repeat it.
    context.addIssue({ code: 'custom', path, message, params: { allowed, isSecret: true } });
  };
  for (const [name, value] of Object.entries(environment)) {
    if (reservedNames.has(name)) {
      reject([name], 'the name is reserved by Lambda');
    } else if (!/^[A-Za-z]\w+$/.test(name)) {
      reject([name], 'the name must be a letter, followed by letters, digits and _');
    } else if (/[\0\p{Cs}]/u.test(value)) {
      reject([name], 'must not contain a null character or half a surrogate pair');
    } else if (isSecretInClear(name, value)) {
      reject(
        [name],
        'must not be a secret in clear text, which everyone who sees the plan, the state or the function can read',
        'the ARN of a Systems Manager parameter or a Secrets Manager secret, which the function reads',
      );
    }
  }
  const size = Buffer.byteLength(JSON.stringify(environment));
  if (size > maxEnvironmentSize) {
    reject([], `must have at most ${maxEnvironmentSize} bytes, names and values together, got ${size}`);
  }
});

function isSecretInClear(name: string, value: string): boolean {
  return (
    (/(?:^|_)(?:PASSWORD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY)$/i.test(name) ||
      /^(?:AKIA|ASIA)[A-Z0-9]{16}$/.test(value)) &&
    !isToken(value) &&
    !parameterArn.test(value) &&
    !secretArn.test(value)
  );
}

/** The rule about the file of a handler. */
export const handlerRule = stringRule(
  'the path of a .ts or .js file, such as src/handlers/orders.ts',
  (file) => projectFileProblem(file, /\.[cm]?[jt]s$/, 'a TypeScript or JavaScript file'),
  { isKnown: true },
);

/**
 * The settings of a function.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 */
export const lambdaSettings = objectRule({
  handler: handlerRule.describe('File that exports `handler`, from the folder of the project.'),
  memorySize: z.int().min(128).max(10_240).default(256).describe('Memory in MB, which also determines the CPU.'),
  timeout: z
    .int()
    .min(1)
    .max(300)
    .default(10)
    .describe(
      'Maximum seconds that a caller waits, including a cold start. More than 29 requires a regional API, and a higher quota of the account.',
    ),
  environment: environmentRule
    .default({})
    .describe('Environment variables. The ARN of a parameter or a secret gives the permission to read it.'),
  permissions: permissionsRule
    .default([])
    .describe('What the handler can do in AWS, in addition to its logs: statements of the policy of its role.'),
  logRetentionInDays: retentionRule.describe('Days that its logs are kept. With 0, they never expire.'),
  bundleAwsSdk: z
    .boolean()
    .default(true)
    .describe('Whether the AWS SDK is bundled like any other package, or the one of the runtime is used.'),
});

export type LambdaProps = z.input<typeof lambdaSettings>;

/** Returns the name of a function: the name of what invokes it, and for what, within Lambda's limit. */
export function functionNameOf(invoker: string, purpose: string): string {
  const name = `${invoker}-${purpose}`.replace(/[^\w-]/g, '-');
  return name.length <= 64
    ? name
    : `${name.slice(0, 55)}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}

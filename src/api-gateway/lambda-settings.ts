import { createHash } from 'node:crypto';

import { z } from 'zod';

import { membersRule } from '../rules/rule';
import { retentionRule } from './log-settings';

/**
 * Environment variables of a function, by name.
 *
 * A value that is the ARN of a Systems Manager parameter or of a Secrets Manager secret gives the function the right to
 * read it.
 */
type Environment = Readonly<Record<string, string>>;

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

export const parameterArn = /^arn:aws:ssm:[a-z0-9-]+:\d{12}:parameter\/[\w.\-/]+$/;
export const secretArn = /^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/;

const environmentRule = z.record(z.string(), z.string()).superRefine((environment: Environment, context) => {
  const refuse = (path: string[], message: string, allowed: string, { isSecret = false } = {}) => {
    context.addIssue({ code: 'custom', path, message, params: { allowed, isSecret } });
  };
  for (const [name, value] of Object.entries(environment)) {
    if (reservedNames.has(name)) {
      refuse([name], 'is a name that Lambda reserves', 'any other name');
    } else if (!/^[A-Za-z]\w+$/.test(name)) {
      refuse([name], 'is not the name of an environment variable', 'a letter, then letters, digits and _');
    } else if (isSecretInClear(name, value)) {
      refuse(
        [name],
        'is a secret in clear, which everyone who sees the plan, the state or the function could read',
        'the ARN of a Systems Manager parameter or a Secrets Manager secret, which the function reads',
        { isSecret: true },
      );
    }
  }
  const size = Buffer.byteLength(JSON.stringify(environment));
  if (size > maxEnvironmentSize) {
    // A value can be a secret.
    refuse([], `has ${size} bytes`, `at most ${maxEnvironmentSize} bytes, names and values together`, {
      isSecret: true,
    });
  }
});

function isSecretInClear(name: string, value: string): boolean {
  return (
    (/(?:^|_)(?:PASSWORD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY)$/i.test(name) ||
      /^(?:AKIA|ASIA)[A-Z0-9]{16}$/.test(value)) &&
    !parameterArn.test(value) &&
    !secretArn.test(value)
  );
}

/**
 * The settings of a function.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 */
export const lambdaSettings = membersRule({
  handler: z.string().describe('File whose export `handler` answers, from the folder of the project.'),
  memorySize: z.int().min(128).max(10_240).default(256).describe('Memory in MB. It decides about the CPU, too.'),
  timeout: z
    .int()
    .min(1)
    .max(29)
    .default(10)
    .describe('Seconds that a caller waits at most, a cold start included; API Gateway waits no longer than 29.'),
  environment: environmentRule
    .default({})
    .describe('Environment variables. An ARN of a parameter or a secret gives the right to read it.'),
  logRetentionInDays: retentionRule.describe('Days that its logs are kept.'),
  bundleAwsSdk: z
    .boolean()
    .default(true)
    .describe('Whether the AWS SDK is bundled like any other package, or the one of the runtime is used.'),
});

export type LambdaSettings = z.output<typeof lambdaSettings>;

/** Returns the name of the function that answers a route: the API's name and the route's, within Lambda's limit. */
export function functionNameOf(restApiName: string, route: string): string {
  const name = `${restApiName}-${route}`.replace(/[^\w-]/g, '-');
  return name.length <= 64
    ? name
    : `${name.slice(0, 55)}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}

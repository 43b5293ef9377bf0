import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type * as fflate from 'fflate';
import { z } from 'zod';

import { type TerraformState, TerraformStateError } from '../terraform/terraform-state';
import { block, readResource, type ResourceSchemas } from '../terraform/resource-schema';

/** A function as the Terraform configures it, with its code. */
export interface FunctionConfiguration {
  /** Address of its resource. */
  readonly address: string;
  readonly functionName: string;
  readonly arn: string;
  readonly region: string;
  /** In seconds. */
  readonly timeout: number;
  /** In MB. */
  readonly memorySize: number;
  readonly runtime: string;
  readonly variables: Readonly<Record<string, string>>;
  /** JavaScript, with its source map. */
  readonly code: string;
  /** Path of the code in stack traces and for its imports. */
  readonly filename: string;
  /** Name of the export that is called. */
  readonly exportName: string;
}

const functionRule = z.object({
  arn: z.string(),
  region: z.string(),
  function_name: z.string(),
  filename: z.string(),
  handler: z.string().regex(/^\w+\.\w+$/),
  runtime: z.string().regex(/^nodejs\d+\.x$/),
  // Layers and images are not served.
  layers: z.undefined().optional(),
  image_config: z.undefined().optional(),
  timeout: z.number().default(3),
  memory_size: z.number().default(128),
  environment: block({ variables: z.record(z.string(), z.coerce.string()).default({}) }, {}),
});

const permissionRule = z.object({ source_arn: z.string().default('*') });

/** The resource types of Lambda functions, and those of roles and logs, which do not affect who can call. */
export const lambdaResources: ResourceSchemas = {
  // A function that nothing calls is a resource of another service.
  aws_lambda_function: 'served',
  aws_lambda_permission: 'served',
  aws_iam_role: 'served',
  aws_iam_role_policy: 'served',
  aws_iam_role_policy_attachment: 'served',
  aws_cloudwatch_log_group: 'served',
};

/** Calls a function. */
export interface Caller {
  /** Address of its resource, and the argument that names the function. */
  readonly address: string;
  readonly argument: string;
  /** ARN, or invoke ARN, of the function. */
  readonly function: { readonly arn: string } | { readonly invoke_arn: string };
  /** The service that calls it. */
  readonly service: 'API Gateway' | 'Cognito';
  /** ARN that a permission for the caller matches, `arn:aws:execute-api:…/prod/GET/orders/{id}`. */
  readonly callArn: string;
}

const principals = { 'API Gateway': 'apigateway.amazonaws.com', Cognito: 'cognito-idp.amazonaws.com' } as const;

/**
 * Reads the function that a caller names.
 *
 * @throws {TerraformStateError} when the stacks do not have it, or its package or permission is missing
 */
export function readFunction(
  state: TerraformState,
  { address, argument, function: named, service, callArn }: Caller,
): FunctionConfiguration {
  const [resource] = state.resources('aws_lambda_function', named);
  if (!resource) {
    const [arn] = Object.values<string>(named);
    throw new TerraformStateError(`${address}: ${argument}: must be a function of the stacks, got ${arn!}`);
  }
  const read = readResource(functionRule, resource);
  const isPermitted = [read.function_name, read.arn]
    .flatMap((function_name) =>
      state.resources('aws_lambda_permission', {
        action: 'lambda:InvokeFunction',
        principal: principals[service],
        function_name,
      }),
    )
    .some((permission) => matchesArn(readResource(permissionRule, permission).source_arn, callArn));
  if (!isPermitted) {
    throw new TerraformStateError(
      `${address}: requires an aws_lambda_permission for ${read.function_name}, so that ${service} can call it`,
    );
  }
  const [module, exportName] = read.handler.split('.') as [string, string];
  const zipFile = join(resource.folder ?? '.', read.filename);
  return {
    address: resource.address,
    functionName: read.function_name,
    arn: read.arn,
    region: read.region,
    timeout: read.timeout,
    memorySize: read.memory_size,
    runtime: read.runtime,
    variables: read.environment.variables,
    code: readCode(zipFile, `${module}.js`, resource.address),
    // The paths in its source map are relative to the project.
    filename: resolve(`${module}.js`),
    exportName,
  };
}

/** Reads a module of a .zip file, with an inline source map. */
function readCode(zipFile: string, name: string, address: string): string {
  // Loaded by the first function, because it takes 20 ms. A bundle contains it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { strFromU8, unzipSync } = require('fflate') as typeof fflate;
  let files: fflate.Unzipped;
  try {
    files = unzipSync(readFileSync(zipFile));
  } catch (error) {
    throw new TerraformStateError(`${address}: filename: cannot be read: ${(error as Error).message}`);
  }
  if (!files[name]) {
    throw new TerraformStateError(`${address}: handler: must be in ${name} of the package`);
  }
  const map = files[`${name}.map`];
  const code = strFromU8(files[name]);
  return map
    ? code.replace(
        new RegExp(`^//# sourceMappingURL=${name}\\.map$`, 'm'),
        `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}`,
      )
    : code;
}

/** Compares an ARN with a pattern in which `*` stands for any string. */
function matchesArn(pattern: string, arn: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(arn);
}

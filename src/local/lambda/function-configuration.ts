import { resolve } from 'node:path';

import { z } from 'zod';

import { ifKnown, type Resource, type TerraformState, TerraformStateError } from '../terraform/terraform-state';
import { block, readResource, type ResourceSchemas } from '../terraform/resource-schema';
import { type FunctionPackage, PackageError, readPackage } from './function-package';

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
  readonly package: FunctionPackage;
}

/** A function that cannot be called here. What calls it fails. */
export interface UnservedFunction {
  /** Address of its resource, or of what calls it if the stacks do not have it. */
  readonly address: string;
  /** Address and argument, and why: `aws_lambda_function.report: runtime: only Node.js is served, got python3.13`. */
  readonly unserved: string;
}

const functionRule = z.object({
  arn: z.string(),
  region: z.string(),
  function_name: z.string(),
  filename: z.string('only a package in a .zip file on this machine is served'),
  handler: z.string(),
  runtime: z.string().regex(/^nodejs\d+\.x$/, { error: ({ input }) => `only Node.js is served, got ${String(input)}` }),
  layers: z.array(z.unknown()).max(0, 'layers are not served').optional(),
  image_config: z.undefined('container images are not served').optional(),
  timeout: z.number().default(3),
  memory_size: z.number().default(128),
  environment: block({ variables: z.record(z.string(), z.coerce.string()).default({}) }, {}),
});

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
  /** ARN that a permission for the caller matches, `arn:aws:execute-api:…/prod/GET/orders/{id}`. Undefined if it needs none. */
  readonly callArn: string | undefined;
}

const principals = { 'API Gateway': 'apigateway.amazonaws.com', Cognito: 'cognito-idp.amazonaws.com' } as const;

/** The functions of stacks. */
export class Functions {
  private readonly known = new Map<string, FunctionConfiguration | UnservedFunction>();

  constructor(private readonly state: TerraformState) {}

  /** Reads the function that a caller names. Without a permission for the caller, it is not served. */
  read({ address, argument, function: named, service, callArn }: Caller): FunctionConfiguration | UnservedFunction {
    const [resource] = this.state.resources('aws_lambda_function', named);
    if (!resource) {
      const [arn] = Object.values<string>(named);
      return { address, unserved: `${address}: ${argument}: must be a function of the stacks, got ${arn!}` };
    }
    const read = this.known.get(resource.address) ?? readFunction(resource);
    this.known.set(resource.address, read);
    if ('unserved' in read || callArn === undefined || this.isPermitted(read, service, callArn)) {
      return read;
    }
    return {
      address: resource.address,
      unserved: `${address}: requires an aws_lambda_permission for ${read.functionName}, so that ${service} can call it`,
    };
  }

  private isPermitted({ functionName, arn }: FunctionConfiguration, service: Caller['service'], callArn: string) {
    return [functionName, arn]
      .flatMap((function_name) =>
        this.state.resources('aws_lambda_permission', {
          action: 'lambda:InvokeFunction',
          principal: principals[service],
          function_name,
        }),
      )
      .some(({ attributes }) => {
        // A pattern that is not known before a deploy is taken to match: without it, AWS only rejects more calls.
        const pattern = ifKnown(() => attributes.source_arn ?? '*');
        return typeof pattern !== 'string' || matchesArn(pattern, callArn);
      });
  }
}

function readFunction(resource: Resource): FunctionConfiguration | UnservedFunction {
  try {
    const read = readResource(functionRule, resource);
    return {
      address: resource.address,
      functionName: read.function_name,
      arn: read.arn,
      region: read.region,
      timeout: read.timeout,
      memorySize: read.memory_size,
      runtime: read.runtime,
      variables: read.environment.variables,
      package: readPackage(resolve(resource.folder ?? '.', read.filename), read.handler),
    };
  } catch (error) {
    if (error instanceof PackageError) {
      return { address: resource.address, unserved: `${resource.address}: ${error.message}` };
    }
    if (error instanceof TerraformStateError) {
      return { address: resource.address, unserved: error.message.replaceAll('\n', '; ') };
    }
    throw error;
  }
}

/** Compares an ARN with a pattern in which `*` stands for any string. */
function matchesArn(pattern: string, arn: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(arn);
}

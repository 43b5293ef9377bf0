import { createHash } from 'node:crypto';

type Attributes = Readonly<Record<string, unknown>>;

/** The inputs of the computed attributes of a resource. */
interface Computed {
  readonly type: string;
  /** Last part of the resource's address. */
  readonly name: string;
  /** Seed of the generated values: the stack's name and the resource's address. */
  readonly key: string;
  /** Arguments and computed attributes. Each is evaluated when it is read. */
  readonly attributes: Attributes;
}

/**
 * Lists the attributes that AWS computes for a resource, each with a function that generates its value when called.
 *
 * For a resource that is not served, only the ID and the ARN.
 */
export function computedAttributes({ type, name, key, attributes }: Computed): Record<string, () => unknown> {
  const text = (attribute: string) => String(attributes[attribute]);
  const generated = (attribute: string, alphabet: string, length: number) =>
    generate(`${key}.${attribute}`, alphabet, length);
  const apiArn = (path: string) => `arn:aws:apigateway:${text('region')}::${path}`;
  const executionArn = (apiId: string) => `arn:aws:execute-api:${text('region')}:${accountId}:${apiId}`;
  const stageOfDeployment = () => (attributes.stage_name === undefined ? '' : text('stage_name'));
  switch (type) {
    case 'aws_cognito_user_pool':
      return {
        id: () => `${text('region')}_${generated('id', letters.toUpperCase() + letters + digits, 9)}`,
        arn: () => `arn:aws:cognito-idp:${text('region')}:${accountId}:userpool/${text('id')}`,
        endpoint: () => `cognito-idp.${text('region')}.amazonaws.com/${text('id')}`,
      };
    case 'aws_cognito_user_pool_client':
      return {
        id: () => generated('id', letters + digits, 26),
        client_secret: () =>
          attributes.generate_secret === true ? generated('client_secret', letters + digits, 51) : '',
      };
    case 'aws_cognito_user_pool_domain':
      return {
        id: () => text('domain'),
        aws_account_id: () => accountId,
        cloudfront_distribution: () => `d${generated('cloudfront_distribution', letters + digits, 13)}.cloudfront.net`,
        cloudfront_distribution_zone_id: () => cloudFrontZoneId,
      };
    case 'aws_cognito_resource_server':
      return {
        id: () => `${text('user_pool_id')}|${text('identifier')}`,
        scope_identifiers: () =>
          [attributes.scope ?? []]
            .flat()
            .map((scope) => `${text('identifier')}/${String((scope as Attributes).scope_name)}`),
      };
    case 'aws_api_gateway_rest_api':
      return {
        id: () => generated('id', letters + digits, 10),
        root_resource_id: () => generated('root_resource_id', letters + digits, 10),
        arn: () => apiArn(`/restapis/${text('id')}`),
        execution_arn: () => executionArn(text('id')),
      };
    case 'aws_api_gateway_stage':
      return {
        id: () => `ags-${text('rest_api_id')}-${text('stage_name')}`,
        arn: () => apiArn(`/restapis/${text('rest_api_id')}/stages/${text('stage_name')}`),
        execution_arn: () => `${executionArn(text('rest_api_id'))}/${text('stage_name')}`,
        invoke_url: () =>
          `https://${text('rest_api_id')}.execute-api.${text('region')}.amazonaws.com/${text('stage_name')}`,
      };
    case 'aws_api_gateway_deployment':
      return {
        id: () => generated('id', letters + digits, 6),
        execution_arn: () => `${executionArn(text('rest_api_id'))}/${stageOfDeployment()}`,
        invoke_url: () =>
          `https://${text('rest_api_id')}.execute-api.${text('region')}.amazonaws.com/${stageOfDeployment()}`,
      };
    case 'aws_api_gateway_domain_name':
      return {
        id: () => text('domain_name'),
        arn: () => apiArn(`/domainnames/${text('domain_name')}`),
        regional_domain_name: () =>
          `d-${generated('regional_domain_name', letters + digits, 10)}.execute-api.${text('region')}.amazonaws.com`,
        regional_zone_id: () => generated('regional_zone_id', letters.toUpperCase() + digits, 14),
        cloudfront_domain_name: () => `${generated('cloudfront_domain_name', letters + digits, 13)}.cloudfront.net`,
        cloudfront_zone_id: () => cloudFrontZoneId,
      };
    case 'aws_lambda_function':
      return {
        id: () => text('function_name'),
        arn: () => `arn:aws:lambda:${text('region')}:${accountId}:function:${text('function_name')}`,
        invoke_arn: () =>
          `arn:aws:apigateway:${text('region')}:lambda:path/2015-03-31/functions/${text('arn')}/invocations`,
      };
    case 'aws_iam_role':
      return {
        id: () => text('name'),
        name: () => `${text('name_prefix')}${generated('name', digits, 26)}`,
        arn: () => `arn:aws:iam::${accountId}:role${attributes.path === undefined ? '/' : text('path')}${text('name')}`,
      };
    default:
      return {
        id: () => generated('id', letters + digits, 6),
        arn: () => `arn:aws:${type.split('_')[1] ?? type}:${text('region')}:${accountId}:${name}`,
      };
  }
}

/** The account that owns all resources: the one in AWS's examples. */
const accountId = '123456789012';

/** Hosted zone of every distribution of CloudFront. */
const cloudFrontZoneId = 'Z2FDTNDATAQYW2';

const letters = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';

/** Generates a string from an alphabet, always the same for the same seed. */
function generate(seed: string, alphabet: string, length: number): string {
  const bytes = createHash('sha512').update(seed).digest();
  return Array.from(bytes.subarray(0, length), (byte) => alphabet[byte % alphabet.length]).join('');
}

import { z } from 'zod';

import { parseJson } from '../../rules/json-file';
import { jsonSchemaProblem } from '../../rules/json-schema-draft-4';
import {
  type Resource as TerraformResource,
  type TerraformState,
  TerraformStateError,
} from '../terraform/terraform-state';
import { block, listed, noEffect, readEach, readResource, type ResourceSchemas } from '../terraform/resource-schema';
import {
  type Authorizer,
  type IntegrationConfiguration,
  type Method,
  type RequestRequirements,
  type Resource,
  type Stage,
} from './model';

const strings = z.record(z.string(), z.string()).default({});
const statusCode = z
  .string()
  .regex(/^[1-5]\d\d$/)
  .transform(Number);
/** A regular expression that must match the whole string; an empty one counts as missing. */
const pattern = z
  .string()
  .transform((expression, context) => {
    try {
      return expression === '' ? undefined : new RegExp(`^(?:${expression})$`, 's');
    } catch {
      context.addIssue(`must be a regular expression, got ${expression}`);
      return z.NEVER;
    }
  })
  .optional();
const ofApi = { region: noEffect, rest_api_id: z.string() };
const ofMethod = { ...ofApi, resource_id: z.string(), http_method: z.string() };

const oneHeader = z.string().regex(/^method\.request\.header\.[^,]+$/);
/** An empty name counts as missing. */
const optionalName = z
  .string()
  .transform((name) => (name === '' ? undefined : name))
  .optional();

const schemas = {
  aws_api_gateway_rest_api: z.object({
    id: z.string(),
    root_resource_id: z.string(),
    execution_arn: z.string(),
    region: noEffect,
    name: noEffect,
    description: noEffect,
    tags: noEffect,
    endpoint_configuration: block({
      // The headers that CloudFront adds to the responses of an edge-optimized API are missing here.
      types: listed(z.array(z.literal('REGIONAL')), z.array(z.enum(['EDGE', 'REGIONAL']))),
      ip_address_type: noEffect,
    }),
    // A client of this machine connects with what Node.js supports, or without TLS.
    security_policy: listed(),
    endpoint_access_mode: listed(),
    // Only a method that requires a key reads it, and such a method is rejected.
    api_key_source: noEffect,
    disable_execute_api_endpoint: z.boolean().default(false),
    minimum_compression_size: listed(),
    binary_media_types: z.array(z.string()).default([]),
  }),
  aws_api_gateway_resource: z.object({ ...ofApi, id: z.string(), parent_id: z.string(), path_part: z.string() }),
  aws_api_gateway_authorizer: z.object({
    ...ofApi,
    id: z.string(),
    name: noEffect,
    // Methods with another authorizer let nobody in.
    type: listed(z.literal('COGNITO_USER_POOLS'), z.enum(['COGNITO_USER_POOLS', 'REQUEST', 'TOKEN'])),
    provider_arns: z.array(z.string()).default([]),
    identity_source: listed(oneHeader, z.string().default('method.request.header.Authorization')),
    authorizer_uri: noEffect,
    authorizer_credentials: noEffect,
    identity_validation_expression: pattern,
    authorizer_result_ttl_in_seconds: z.number().default(300),
  }),
  aws_api_gateway_method: z.object({
    ...ofMethod,
    // A method with another authorization, or with an API key, lets nobody in.
    authorization: listed(
      z.enum(['NONE', 'COGNITO_USER_POOLS']),
      z.enum(['NONE', 'COGNITO_USER_POOLS', 'CUSTOM', 'AWS_IAM']),
    ),
    // Read where an authorizer decides.
    authorizer_id: noEffect,
    authorization_scopes: z.array(z.string()).default([]),
    api_key_required: listed(z.literal(false), z.boolean().default(false)),
    operation_name: noEffect,
    request_models: strings,
    request_parameters: z.record(z.string(), z.boolean()).default({}),
    request_validator_id: z.string().optional(),
  }),
  aws_api_gateway_request_validator: z.object({
    ...ofApi,
    id: z.string(),
    name: noEffect,
    validate_request_body: z.boolean().default(false),
    validate_request_parameters: z.boolean().default(false),
  }),
  aws_api_gateway_model: z.object({
    ...ofApi,
    name: z.string(),
    content_type: noEffect,
    description: noEffect,
    schema: z.string().default('{}'),
  }),
  aws_api_gateway_method_response: z.object({
    ...ofMethod,
    status_code: statusCode,
    response_parameters: z.record(z.string(), z.boolean()).default({}),
    response_models: noEffect,
  }),
  aws_api_gateway_integration: z.object({
    ...ofMethod,
    type: listed(
      z.enum(['MOCK', 'AWS_PROXY', 'HTTP_PROXY']),
      z.enum(['MOCK', 'AWS_PROXY', 'HTTP_PROXY', 'AWS', 'HTTP']),
    ),
    // Read with an integration that is served.
    uri: noEffect,
    integration_http_method: z.string().default('ANY'),
    connection_type: listed(z.literal('INTERNET'), z.enum(['INTERNET', 'VPC_LINK']).default('INTERNET')),
    connection_id: noEffect,
    // The role with which API Gateway calls a function, instead of the permission of the function.
    credentials: noEffect,
    content_handling: listed(),
    request_templates: strings,
    passthrough_behavior: z.enum(['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER']).default('WHEN_NO_MATCH'),
    request_parameters: strings,
    timeout_milliseconds: z.number().default(29_000),
    cache_key_parameters: listed(),
    cache_namespace: listed(),
  }),
  aws_api_gateway_integration_response: z.object({
    ...ofMethod,
    status_code: statusCode,
    selection_pattern: pattern,
    response_parameters: strings,
    response_templates: strings,
    content_handling: listed(),
  }),
  aws_api_gateway_gateway_response: z.object({
    ...ofApi,
    response_type: z.string(),
    status_code: statusCode.optional(),
    response_parameters: strings,
    response_templates: strings,
  }),
  aws_api_gateway_stage: z.object({
    ...ofApi,
    execution_arn: z.string(),
    invoke_url: z.url(),
    deployment_id: noEffect,
    stage_name: z.string(),
    description: noEffect,
    tags: noEffect,
    variables: strings,
    access_log_settings: listed(),
    xray_tracing_enabled: listed(),
    cache_cluster_enabled: listed(),
    cache_cluster_size: listed(),
    documentation_version: listed(),
  }),
  // The stages serve the configuration of the stacks. Without a name, a deployment has no stage.
  aws_api_gateway_deployment: z.object({
    ...ofApi,
    description: noEffect,
    triggers: noEffect,
    stage_name: optionalName,
    stage_description: noEffect,
    variables: strings,
    execution_arn: z.string().optional(),
    invoke_url: z.string().optional(),
  }),
  aws_api_gateway_method_settings: z.object({
    ...ofApi,
    stage_name: z.string(),
    method_path: z.string(),
    // Caching, metrics and logs do not affect who can call.
    settings: block(
      {
        throttling_rate_limit: z.number().default(-1),
        throttling_burst_limit: z.number().default(-1),
        logging_level: listed(z.literal('OFF')),
        metrics_enabled: listed(z.literal(false)),
        data_trace_enabled: listed(z.literal(false)),
        caching_enabled: listed(z.literal(false)),
        cache_ttl_in_seconds: listed(),
        cache_data_encrypted: listed(),
        require_authorization_for_cache_control: listed(),
        unauthorized_cache_control_header_strategy: listed(),
      },
      {},
    ),
  }),
  aws_api_gateway_base_path_mapping: z.object({
    region: noEffect,
    domain_name: z.string(),
    api_id: z.string(),
    stage_name: z.string(),
    base_path: z.string().default(''),
  }),
} as const;

/** The resource types of a REST API. */
export const restApiResources: ResourceSchemas = {
  ...schemas,
  // Its host name leads to AWS. The local outputs have local URLs.
  aws_api_gateway_domain_name: z.object({
    region: noEffect,
    domain_name: noEffect,
    certificate_arn: noEffect,
    regional_certificate_arn: noEffect,
    security_policy: noEffect,
    endpoint_access_mode: noEffect,
    endpoint_configuration: noEffect,
    tags: noEffect,
  }),
  // A route that needs a key, or a link to a VPC, responds with 501.
  aws_api_gateway_api_key: 'listed',
  aws_api_gateway_usage_plan: 'listed',
  aws_api_gateway_usage_plan_key: 'listed',
  aws_api_gateway_vpc_link: 'listed',
  aws_api_gateway_documentation_part: 'listed',
  aws_api_gateway_documentation_version: 'listed',
  aws_acm_certificate: 'served',
  aws_acm_certificate_validation: 'served',
  aws_route53_record: 'served',
  // Only restricts requests further. The tokens decide who can call.
  aws_wafv2_web_acl: 'listed',
  aws_wafv2_web_acl_association: 'listed',
  aws_wafv2_web_acl_logging_configuration: 'served',
  // The permission to write logs, which are not written here.
  aws_api_gateway_account: 'served',
};

/**
 * Reads the stages of the REST APIs, with what is deployed to them.
 *
 * @throws {TerraformStateError} when API Gateway would reject the deployment, or the APIs need more than one host
 */
export function readStages(state: TerraformState): Stage[] {
  const read = <Type extends keyof typeof schemas>(type: Type) =>
    readEach(state.resources(type), (resource) => ({
      ...(readResource(schemas[type], resource) as z.output<(typeof schemas)[Type]>),
      address: resource.address,
      resource,
    }));
  const restApis = read('aws_api_gateway_rest_api');
  const resources = read('aws_api_gateway_resource');
  assertUniqueIds(restApis, resources);
  const methods = read('aws_api_gateway_method');
  const methodResponses = read('aws_api_gateway_method_response');
  const integrations = read('aws_api_gateway_integration');
  const integrationResponses = read('aws_api_gateway_integration_response');
  const gatewayResponses = read('aws_api_gateway_gateway_response');
  const stages = [...read('aws_api_gateway_stage'), ...read('aws_api_gateway_deployment').flatMap(stageOf)];
  const methodSettings = read('aws_api_gateway_method_settings');
  const mappings = read('aws_api_gateway_base_path_mapping');
  const validators = read('aws_api_gateway_request_validator');
  const models = read('aws_api_gateway_model');
  const allAuthorizers = read('aws_api_gateway_authorizer');
  const isServed = ({ type, identity_source }: (typeof allAuthorizers)[number]) =>
    type === 'COGNITO_USER_POOLS' && oneHeader.safeParse(identity_source).success;
  const authorizers = allAuthorizers.filter(isServed).map((authorizer) => ({
    id: authorizer.id,
    apiId: authorizer.rest_api_id,
    address: authorizer.address,
    userPoolArns: authorizer.provider_arns,
    header: authorizer.identity_source.slice('method.request.header.'.length),
    audience: authorizer.identity_validation_expression,
    ttl: authorizer.authorizer_result_ttl_in_seconds,
  }));

  const readMethod = (method: (typeof methods)[number], callArn: string): Method => {
    const { value: id, unserved = unservedAuthorization(method, id) } =
      method.authorization === 'COGNITO_USER_POOLS' ? readOfRoute(method.resource, 'authorizer_id') : {};
    if (unserved !== undefined) {
      return { authorization: { unserved }, integration: { type: 'UNSERVED', unserved } };
    }
    const integration = readIntegration(method, callArn);
    const requirements = method.request_validator_id === undefined ? {} : { requirements: readRequirements(method) };
    if (method.authorization === 'NONE') {
      return { ...requirements, integration };
    }
    const authorizer: Authorizer | undefined = authorizers.find((each) => each.id === id);
    if (!authorizer) {
      throw new TerraformStateError(`${method.address}: authorizer_id: must be the ID of an authorizer, got ${id}`);
    }
    return { authorization: { authorizer, scopes: method.authorization_scopes }, ...requirements, integration };
  };

  /** Returns why a method lets nobody in, or undefined. */
  const unservedAuthorization = (method: (typeof methods)[number], id: string | undefined): string | undefined => {
    const { address, authorization, api_key_required: needsKey } = method;
    if (needsKey) {
      return `${address}: api_key_required: API keys are not served`;
    }
    if (authorization === 'CUSTOM' || authorization === 'AWS_IAM') {
      return `${address}: authorization: ${authorization} is not served`;
    }
    const other = allAuthorizers.find((authorizer) => authorizer.id === id && !isServed(authorizer));
    return authorization === 'COGNITO_USER_POOLS' && other
      ? `${other.address}: its type or identity_source is not served`
      : undefined;
  };

  const readRequirements = (method: (typeof methods)[number]): RequestRequirements => {
    const { address, request_validator_id: id, request_parameters: parameters, request_models: bodies } = method;
    const validator = validators.find((other) => other.id === id);
    if (!validator) {
      throw new TerraformStateError(`${address}: request_validator_id: must be the ID of a validator, got ${id}`);
    }
    const checked = (isChecked: boolean, names: object) => (isChecked ? Object.keys(names) : []);
    return {
      parameters: checked(validator.validate_request_parameters, parameters).filter((name) => parameters[name]),
      bodies: Object.fromEntries(
        checked(validator.validate_request_body, bodies).map((type) => [type, readModel(method, bodies[type]!)]),
      ),
    };
  };

  const readModel = ({ address, rest_api_id: apiId }: (typeof methods)[number], name: string): object => {
    const model = models.find((other) => other.name === name && other.rest_api_id === apiId);
    const schema = model ? parseJson(model.schema) : builtInModels[name];
    if (!model && !schema) {
      throw new TerraformStateError(`${address}: request_models: must be names of models, got ${name}`);
    }
    const problem = jsonSchemaProblem(schema);
    if (problem !== undefined) {
      throw new TerraformStateError(`${model?.address ?? name}: schema: ${problem}`);
    }
    return schema as object;
  };

  const readIntegration = (method: (typeof methods)[number], callArn: string): IntegrationConfiguration => {
    const integration = integrations.find(isOf(method));
    if (!integration) {
      throw new TerraformStateError(
        `${method.address}: requires an integration, without which API Gateway does not deploy the API`,
      );
    }
    const { type, address, timeout_milliseconds: timeout } = integration;
    if (type === 'AWS' || type === 'HTTP') {
      return { type: 'UNSERVED', unserved: `${address}: type: ${type} is not served` };
    }
    if (integration.connection_type === 'VPC_LINK') {
      return { type: 'UNSERVED', unserved: `${address}: connection_type: VPC_LINK is not served` };
    }
    const { value: uri = '', unserved } = type === 'MOCK' ? {} : readOfRoute(integration.resource, 'uri');
    if (unserved !== undefined) {
      return { type: 'UNSERVED', unserved };
    }
    switch (type) {
      case 'MOCK':
        return {
          type,
          requestTemplates: integration.request_templates,
          passthroughBehavior: integration.passthrough_behavior,
          responses: readResponses(method),
        };
      case 'HTTP_PROXY':
        return {
          type,
          uri,
          httpMethod: integration.integration_http_method || 'ANY',
          pathParameters: new Map(
            Object.entries(integration.request_parameters).flatMap(([to, from]) =>
              to.startsWith(toPath) && from.startsWith(fromPath)
                ? [[to.slice(toPath.length), from.slice(fromPath.length)]]
                : [],
            ),
          ),
          timeout,
        };
      case 'AWS_PROXY':
        return {
          ...{ type, address, uri, timeout },
          callArn: integration.resource.argumentNames.includes('credentials') ? undefined : callArn,
        };
    }
  };

  const readResponses = (method: (typeof methods)[number]) =>
    integrationResponses.filter(isOf(method)).map((response) => {
      const { address, status_code } = response;
      const declared = methodResponses.filter(isOf(method)).find((other) => other.status_code === status_code);
      for (const name of declared ? Object.keys(response.response_parameters) : ['status_code']) {
        if (!declared || !Object.hasOwn(declared.response_parameters, name)) {
          throw new TerraformStateError(`${address}: ${name}: must be declared in the method response`);
        }
      }
      return {
        statusCode: status_code,
        selectionPattern: response.selection_pattern,
        parameters: response.response_parameters,
        templates: response.response_templates,
      };
    });

  const readPath = (stage: (typeof stages)[number], id: string, pathPart: string, parentPath: string): Resource => {
    const path = `${parentPath}/${pathPart}`;
    if (path.split('/').length - 1 > maxResources) {
      throw new TerraformStateError(
        `${stage.address}: rest_api_id: an aws_api_gateway_resource has a path of more than ${maxResources} parts`,
      );
    }
    const { rest_api_id: apiId, execution_arn: arn } = stage;
    return {
      id,
      path,
      pathPart,
      children: resources
        .filter(({ rest_api_id, parent_id }) => rest_api_id === apiId && parent_id === id)
        .map((child) => readPath(stage, child.id, child.path_part, path === '/' ? '' : path)),
      methods: new Map(
        methods
          .filter(({ rest_api_id, resource_id }) => rest_api_id === apiId && resource_id === id)
          .map((method) => [
            method.http_method,
            readMethod(method, `${arn}/${method.http_method === 'ANY' ? '*' : method.http_method}${path}`),
          ]),
      ),
    };
  };

  return stages.map((stage, index) => {
    const { address, stage_name: name, rest_api_id: apiId } = stage;
    const other = stages.slice(0, index).find(({ stage_name }) => stage_name === name);
    if (other) {
      throw new TerraformStateError(
        `${address}: stage_name: must differ from that of ${other.address}, because all stages share one port here`,
      );
    }
    const restApi = restApis.find(({ id }) => id === apiId);
    if (!restApi) {
      throw new TerraformStateError(`${address}: rest_api_id: must be the ID of an API, got ${apiId}`);
    }
    const customUrls = mappings
      .filter(({ api_id, stage_name }) => api_id === apiId && stage_name === name)
      .map((mapping) => `https://${[mapping.domain_name, mapping.base_path].filter(Boolean).join('/')}`);
    if (restApi.disable_execute_api_endpoint && customUrls.length === 0) {
      throw new TerraformStateError(
        `${restApi.address}: disable_execute_api_endpoint: must be false without an aws_api_gateway_base_path_mapping for ${address}, because no client could call the API on AWS`,
      );
    }
    return {
      name,
      urls: [...customUrls, stage.invoke_url],
      apiId,
      accountId: stage.execution_arn.split(':')[4]!,
      domainName: new URL(stage.invoke_url).host,
      variables: stage.variables,
      binaryMediaTypes: restApi.binary_media_types,
      authorizers: authorizers.filter((authorizer) => authorizer.apiId === apiId),
      root: readPath(stage, restApi.root_resource_id, '', ''),
      gatewayResponses: new Map(
        gatewayResponses
          .filter(({ rest_api_id }) => rest_api_id === apiId)
          .map(({ response_type, status_code, response_parameters, response_templates }) => [
            response_type,
            { statusCode: status_code, parameters: response_parameters, templates: response_templates },
          ]),
      ),
      throttling: new Map(
        methodSettings
          .filter(({ rest_api_id, stage_name }) => rest_api_id === apiId && stage_name === name)
          .map(({ method_path, settings }) => [
            method_path,
            { rateLimit: settings.throttling_rate_limit, burstLimit: settings.throttling_burst_limit },
          ]),
      ),
    };
  });
}

/** Resources that an API can have, and with them parts of a path: the default quota of AWS. */
const maxResources = 300;

/** @throws {TerraformStateError} when resources have the same ID, with which a resource can contain itself */
function assertUniqueIds(
  restApis: readonly { readonly root_resource_id: string }[],
  resources: readonly { readonly id: string; readonly address: string }[],
): void {
  const taken = new Set(restApis.map((restApi) => restApi.root_resource_id));
  for (const { id, address } of resources) {
    if (taken.has(id)) {
      throw new TerraformStateError(`${address}: id: must differ from those of other resources of the API, got ${id}`);
    }
    taken.add(id);
  }
}

/** Reads what only its route needs. A value that is not known before a deploy is a reason not to serve the route. */
function readOfRoute(
  resource: TerraformResource,
  argument: 'authorizer_id' | 'uri',
): { readonly value?: string | undefined; readonly unserved?: string } {
  try {
    return { value: readResource(z.object({ [argument]: z.string().optional() }), resource)[argument] };
  } catch (error) {
    if (!(error instanceof TerraformStateError)) {
      throw error;
    }
    return { unserved: error.message };
  }
}

/** Returns the stage of a deployment that names one, as version 5 of the provider allows. */
function stageOf(deployment: z.output<typeof schemas.aws_api_gateway_deployment> & { readonly address: string }) {
  const { stage_name, execution_arn, invoke_url, ...rest } = deployment;
  return stage_name === undefined || execution_arn === undefined || invoke_url === undefined
    ? []
    : [{ ...rest, stage_name, execution_arn, invoke_url }];
}

/** Models that every API has. */
const builtInModels: Readonly<Record<string, object>> = {
  Empty: { type: 'object' },
  Error: { type: 'object', properties: { message: { type: 'string' } } },
};

const toPath = 'integration.request.path.';
const fromPath = 'method.request.path.';

interface MethodKey {
  readonly rest_api_id: string;
  readonly resource_id: string;
  readonly http_method: string;
}

/** Returns whether a resource belongs to a method. */
function isOf(method: MethodKey): (other: MethodKey) => boolean {
  return (other) =>
    other.rest_api_id === method.rest_api_id &&
    other.resource_id === method.resource_id &&
    other.http_method === method.http_method;
}

import { z } from 'zod';

import { type PredictedState, TerraformStateError } from '../terraform/predicted-state';
import { type FunctionConfiguration, readFunction } from '../lambda/function-configuration';
import { type LambdaFunction } from '../lambda/lambda-service';
import { type Answer, type IncomingCall } from './call';
import { HttpIntegration } from './integrations/http-integration';
import { LambdaIntegration } from './integrations/lambda-integration';
import { MockIntegration } from './integrations/mock-integration';
import { type Throttling } from './token-bucket';

/** A stage of a REST API, with what its deployment holds. */
export interface Stage {
  /** First part of every path. */
  readonly name: string;
  /** URLs of the stage on AWS: those of its custom domains first. */
  readonly urls: readonly string[];
  readonly apiId: string;
  /** Account that owns the API. */
  readonly accountId: string;
  /** Host name of the API on AWS. */
  readonly domainName: string;
  readonly authorizers: readonly Authorizer[];
  readonly root: Resource;
  readonly variables: Readonly<Record<string, string>>;
  /** Media types of bodies that are no text. */
  readonly binaryMediaTypes: readonly string[];
  /** Customised gateway responses by type. */
  readonly gatewayResponses: ReadonlyMap<string, GatewayResponse>;
  /** How many calls a method answers, by method path: `~1orders~1{id}/GET`, or the one with two asterisks for all others. */
  readonly throttling: ReadonlyMap<string, Throttling>;
}

/** One part of a path, with the methods that it has and the parts that may follow. */
export interface Resource {
  readonly id: string;
  /** Path from the root, `/orders/{id}`. */
  readonly path: string;
  /** Own part of the path: a name, `{name}` for any, `{name+}` for any number; empty for the root. */
  readonly pathPart: string;
  readonly children: readonly Resource[];
  /** Methods by verb; `ANY` stands for those that are not here. */
  readonly methods: ReadonlyMap<string, Method>;
}

export interface Method {
  /** Who may call it; nobody is asked when it is missing. */
  readonly authorization?: CognitoAuthorization;
  readonly integration: MethodIntegration;
  /** What responds, in a few words. */
  readonly target: string;
}

/** What answers the calls of a method. */
export interface MethodIntegration {
  /** @throws GatewayError when API Gateway answers by itself */
  answer(call: IncomingCall): Answer | Promise<Answer>;
}

/** What integrations other than mocks need. */
export interface IntegrationOptions {
  /** Returns a function that can be called; without this, no integration with Lambda can be served. */
  readonly functions?: ((configuration: FunctionConfiguration) => LambdaFunction) | undefined;
  /** Takes what the owner of the API should read at once: a target that cannot be reached, a malformed answer. */
  readonly report?: ((message: string) => void) | undefined;
}

export interface CognitoAuthorization {
  readonly authorizer: Authorizer;
  /** Scopes of which an access token must have one; none when an ID token is asked for. */
  readonly scopes: readonly string[];
}

export type Authorizer = z.output<typeof authorizerRule> & { readonly address: string };
export type Integration = z.output<typeof integrationRule>;
export type IntegrationResponse = z.output<typeof integrationResponseRule>;
export type GatewayResponse = z.output<typeof gatewayResponseRule>;

const texts = z.record(z.string(), z.string());
const statusCode = z
  .string()
  .regex(/^[1-5]\d\d$/)
  .transform(Number);
/** A regular expression, which has to match the whole of a text; an empty one is none. */
const pattern = z.string().transform((text, context) => {
  try {
    return text === '' ? undefined : new RegExp(`^(?:${text})$`, 's');
  } catch {
    context.addIssue(`is not a regular expression, got ${text}`);
    return z.NEVER;
  }
});
const ofApi = { rest_api_id: z.string() };
const ofMethod = { ...ofApi, resource_id: z.string(), http_method: z.string() };

const authorizerRule = z.object({
  ...ofApi,
  id: z.string(),
  type: z.literal('COGNITO_USER_POOLS'),
  provider_arns: z.array(z.string()).min(1),
  identity_source: z
    .string()
    .regex(/^method\.request\.header\.[^,]+$/)
    .default('method.request.header.Authorization'),
  identity_validation_expression: pattern.optional(),
  authorizer_result_ttl_in_seconds: z.number().default(300),
});

const methodRule = z.object({
  ...ofMethod,
  authorization: z.enum(['NONE', 'COGNITO_USER_POOLS']),
  authorizer_id: z.string().optional(),
  authorization_scopes: z.array(z.string()).default([]),
});

const methodResponseRule = z.object({
  ...ofMethod,
  status_code: statusCode,
  response_parameters: z.record(z.string(), z.boolean()).default({}),
});

const integrationRule = z.object({
  ...ofMethod,
  type: z.enum(['MOCK', 'AWS_PROXY', 'HTTP_PROXY']),
  uri: z.string().default(''),
  integration_http_method: z.string().default(''),
  timeout_milliseconds: z.number().default(29_000),
  request_parameters: texts.default({}),
  request_templates: texts.default({}),
  passthrough_behavior: z.enum(['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER']).default('WHEN_NO_MATCH'),
});

const integrationResponseRule = z.object({
  ...ofMethod,
  status_code: statusCode,
  selection_pattern: pattern.optional(),
  response_parameters: texts.default({}),
  response_templates: texts.default({}),
});

const gatewayResponseRule = z.object({
  ...ofApi,
  response_type: z.string(),
  status_code: statusCode.optional(),
  response_parameters: texts.default({}),
  response_templates: texts.default({}),
});

const resourceRule = z.object({ ...ofApi, id: z.string(), parent_id: z.string(), path_part: z.string() });
const restApiRule = z.object({
  id: z.string(),
  root_resource_id: z.string(),
  execution_arn: z.string(),
  binary_media_types: z.array(z.string()).default([]),
  disable_execute_api_endpoint: z.boolean().default(false),
});
const basePathMappingRule = z.object({
  api_id: z.string(),
  stage_name: z.string(),
  domain_name: z.string(),
  base_path: z.string().default(''),
});
const methodSettingsRule = z.object({
  ...ofApi,
  stage_name: z.string(),
  method_path: z.string(),
  // A block of Terraform is one object in the JSON, or a list of one.
  settings: z.preprocess(
    (settings) => [settings].flat()[0],
    z.object({ throttling_rate_limit: z.number().default(-1), throttling_burst_limit: z.number().default(-1) }),
  ),
});
const stageRule = z.object({
  ...ofApi,
  stage_name: z.string(),
  variables: texts.default({}),
  execution_arn: z.string(),
  invoke_url: z.url(),
});

/** @throws an error when API Gateway would have refused the deployment, or the APIs need more than one host */
export function readStages(
  state: PredictedState,
  { functions, report = () => undefined }: IntegrationOptions = {},
): Stage[] {
  const read = <Rule extends z.ZodObject>(type: string, rule: Rule) =>
    state.resources(`aws_api_gateway_${type}`).map(({ address, attributes }) => {
      const parsed = rule.safeParse(attributes);
      if (!parsed.success) {
        const { path, message } = parsed.error.issues[0]!;
        throw new TerraformStateError(`${address}: ${path.join('.')}: ${message}`);
      }
      return { ...parsed.data, address };
    });
  const restApis = read('rest_api', restApiRule);
  const resources = read('resource', resourceRule);
  const authorizers = read('authorizer', authorizerRule);
  const methods = read('method', methodRule);
  const methodResponses = read('method_response', methodResponseRule);
  const integrations = read('integration', integrationRule);
  const integrationResponses = read('integration_response', integrationResponseRule);
  const gatewayResponses = read('gateway_response', gatewayResponseRule);
  const stages = read('stage', stageRule);
  const methodSettings = read('method_settings', methodSettingsRule);
  const mappings = read('base_path_mapping', basePathMappingRule);

  const readMethod = (method: (typeof methods)[number], path: string): Method => {
    const integration = integrations.find(isOf(method));
    if (!integration) {
      throw new TerraformStateError(`${method.address}: has no integration, so API Gateway would not deploy the API`);
    }
    const responses = integrationResponses.filter(isOf(method));
    for (const { address, status_code, response_parameters } of responses) {
      const declared = methodResponses.filter(isOf(method)).find((response) => response.status_code === status_code);
      for (const name of declared ? Object.keys(response_parameters) : ['status_code']) {
        if (!declared || !(name in declared.response_parameters)) {
          throw new TerraformStateError(`${address}: ${name}: is not in a method response, so API Gateway refuses it`);
        }
      }
    }
    return {
      ...readAuthorization(method),
      integration: readIntegration(integration, responses, path),
      target: targetOf(integration),
    };
  };

  const readIntegration = (
    integration: (typeof integrations)[number],
    responses: typeof integrationResponses,
    path: string,
  ): MethodIntegration => {
    const { type, uri, rest_api_id: apiId, http_method: verb, address } = integration;
    if (type === 'MOCK') {
      return new MockIntegration(integration, responses);
    }
    if (type === 'HTTP_PROXY') {
      return new HttpIntegration(integration, report);
    }
    const stage = stages.find(({ rest_api_id }) => rest_api_id === apiId);
    if (!functions || !stage) {
      throw new TerraformStateError(`${address}: type: AWS_PROXY is not served without a stage`);
    }
    const callArn = `${stage.execution_arn}/${verb === 'ANY' ? '*' : verb}${path}`;
    return new LambdaIntegration(integration, functions(readFunction(state, uri, callArn, address)), report);
  };

  const readAuthorization = (method: (typeof methods)[number]): Pick<Method, 'authorization'> => {
    if (method.authorization === 'NONE') {
      return {};
    }
    const authorizer = authorizers.find(({ id }) => id === method.authorizer_id);
    if (!authorizer) {
      throw new TerraformStateError(
        `${method.address}: authorizer_id: is no authorizer's, got ${method.authorizer_id}`,
      );
    }
    return { authorization: { authorizer, scopes: method.authorization_scopes } };
  };

  const readResource = (apiId: string, id: string, pathPart: string, parentPath: string): Resource => {
    const path = `${parentPath}/${pathPart}`;
    return {
      id,
      path,
      pathPart,
      children: resources
        .filter(({ rest_api_id, parent_id }) => rest_api_id === apiId && parent_id === id)
        .map((child) => readResource(apiId, child.id, child.path_part, path === '/' ? '' : path)),
      methods: new Map(
        methods
          .filter(({ rest_api_id, resource_id }) => rest_api_id === apiId && resource_id === id)
          .map((method) => [method.http_method, readMethod(method, path)]),
      ),
    };
  };

  return stages.map((stage, index) => {
    const { address, stage_name: name, rest_api_id: apiId } = stage;
    const other = stages.slice(0, index).find(({ stage_name }) => stage_name === name);
    if (other) {
      throw new TerraformStateError(`${address}: stage_name: is ${other.address}'s too, and they share one port here`);
    }
    const restApi = restApis.find(({ id }) => id === apiId);
    if (!restApi) {
      throw new TerraformStateError(`${address}: rest_api_id: is no API's, got ${apiId}`);
    }
    const customUrls = mappings
      .filter(({ api_id, stage_name }) => api_id === apiId && stage_name === name)
      .map((mapping) => `https://${[mapping.domain_name, mapping.base_path].filter(Boolean).join('/')}`);
    if (restApi.disable_execute_api_endpoint && customUrls.length === 0) {
      throw new TerraformStateError(
        `${restApi.address}: disable_execute_api_endpoint: is true, and no aws_api_gateway_base_path_mapping leads to ${address}, so that nobody reaches it on AWS`,
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
      authorizers: authorizers.filter(({ rest_api_id }) => rest_api_id === apiId),
      root: readResource(apiId, restApi.root_resource_id, '', ''),
      gatewayResponses: new Map(
        gatewayResponses
          .filter(({ rest_api_id }) => rest_api_id === apiId)
          .map((response) => [response.response_type, response]),
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

/** Names what an integration calls. */
function targetOf({ type, uri }: Pick<Integration, 'type' | 'uri'>): string {
  if (type === 'MOCK') {
    return 'mock';
  }
  return type === 'AWS_PROXY' ? `function ${/:function:([^:/]+)/.exec(uri)?.[1] ?? uri}` : uri;
}

interface MethodPlace {
  readonly rest_api_id: string;
  readonly resource_id: string;
  readonly http_method: string;
}

/** Returns whether something belongs to a method. */
function isOf(method: MethodPlace): (other: MethodPlace) => boolean {
  return (other) =>
    other.rest_api_id === method.rest_api_id &&
    other.resource_id === method.resource_id &&
    other.http_method === method.http_method;
}

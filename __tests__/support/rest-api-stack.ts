import { type Stack } from './main-stacks';

type Arguments = Readonly<Record<string, unknown>>;

/** Arguments that a test is about, of a method and of what belongs to it. */
export interface MethodArguments {
  /** What lets a caller in; nobody is asked when left out. */
  readonly method?: Arguments;
  readonly integration?: Arguments;
  /** Integration responses by status; with each comes a method response that declares its headers. */
  readonly responses?: Readonly<Record<string, Arguments>>;
}

export interface RestApiArguments {
  readonly stage?: Arguments;
  readonly authorizer?: Arguments;
  /** Customised gateway responses by type. */
  readonly gatewayResponses?: Readonly<Record<string, Arguments>>;
  /** Methods by HTTP method and path, `GET /orders/{id}`. */
  readonly methods?: Readonly<Record<string, MethodArguments>>;
  /** Resources of other types, or more of the same. */
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
}

const ofApi = { rest_api_id: '${aws_api_gateway_rest_api.api.id}' };

/** Authorization by a token with one of the scopes; without any, by an ID token. */
export function byToken(...scopes: readonly string[]): Arguments {
  return {
    authorization: 'COGNITO_USER_POOLS',
    authorizer_id: '${aws_api_gateway_authorizer.authorizer.id}',
    ...(scopes.length > 0 && { authorization_scopes: scopes }),
  };
}

/** Builds a stack with a user pool and a REST API of one stage, whose name is the stack's. */
export function restApiStack(name: string, api: RestApiArguments = {}): Stack {
  const resource: Record<string, Record<string, Arguments>> = {};
  const add = (type: string, id: string, configuration: Arguments) => {
    (resource[type] ??= {})[id] = configuration;
  };
  add('aws_cognito_user_pool', 'pool', { name });
  add('aws_api_gateway_rest_api', 'api', { name });
  add('aws_api_gateway_stage', 'stage', { ...ofApi, stage_name: name, ...api.stage });
  add('aws_api_gateway_authorizer', 'authorizer', {
    ...ofApi,
    type: 'COGNITO_USER_POOLS',
    provider_arns: ['${aws_cognito_user_pool.pool.arn}'],
    ...api.authorizer,
  });
  for (const [type, configuration] of Object.entries(api.gatewayResponses ?? {})) {
    add('aws_api_gateway_gateway_response', type, { ...ofApi, response_type: type, ...configuration });
  }
  for (const [route, { method, integration, responses = { 200: {} } }] of Object.entries(api.methods ?? {})) {
    const [httpMethod, path] = route.split(' ') as [string, string];
    const id = `${httpMethod}${addressOf(path)}`;
    const place = { ...ofApi, resource_id: addResource(path.split('/').filter(Boolean)), http_method: httpMethod };
    add('aws_api_gateway_method', id, { ...place, authorization: 'NONE', ...method });
    add('aws_api_gateway_integration', id, {
      ...place,
      type: 'MOCK',
      request_templates: { 'application/json': '{"statusCode": 200}' },
      ...integration,
    });
    for (const [status, configuration] of Object.entries(responses)) {
      const declared = Object.keys((configuration.response_parameters as object | undefined) ?? {});
      add('aws_api_gateway_method_response', `${id}_${status}`, {
        ...place,
        status_code: status,
        response_parameters: Object.fromEntries(declared.map((parameter) => [parameter, true])),
      });
      add('aws_api_gateway_integration_response', `${id}_${status}`, {
        ...place,
        status_code: status,
        ...configuration,
      });
    }
  }
  return {
    name,
    terraform: {
      provider: { aws: [{ region: 'us-east-1' }] },
      resource: { ...resource, ...api.resource },
      terraform: {},
    },
  };

  function addResource(parts: readonly string[]): string {
    if (parts.length === 0) {
      return '${aws_api_gateway_rest_api.api.root_resource_id}';
    }
    const id = addressOf(`/${parts.join('/')}`);
    add('aws_api_gateway_resource', id, {
      ...ofApi,
      parent_id: addResource(parts.slice(0, -1)),
      path_part: parts.at(-1),
    });
    return `\${aws_api_gateway_resource.${id}.id}`;
  }
}

function addressOf(path: string): string {
  return path.replace(/\W/g, '_');
}

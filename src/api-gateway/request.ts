import { createHash } from 'node:crypto';

import { ApiGatewayModel } from '@cdktf/provider-aws/lib/api-gateway-model';
import { ApiGatewayRequestValidator } from '@cdktf/provider-aws/lib/api-gateway-request-validator';
import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { type Construct } from 'constructs';
import { z } from 'zod';

import { JsonFile, JsonFileError } from '../rules/json-file';
import { jsonSchemaProblem } from '../rules/json-schema-draft-4';
import { projectFileProblem } from '../rules/project-file';
import { objectRule, type Problem, stringRule } from '../rules/rule';
import { escapeTerraform } from './mapping-template';
import { parseRoute } from './route-name';

/** API Gateway's limit of a model, in bytes. */
const largestModel = 400 * 1024;

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html */
const parameterRule = (characters: string, legal: RegExp) =>
  stringRule(`a name of ${characters}`, (name) => (legal.test(name) ? undefined : 'must be a name'), { isKnown: true });

const areDifferent = (names: readonly string[]) => new Set(names).size === names.length;

const bodyRule = stringRule(
  `the path of a .json file with a JSON schema of draft 4, of at most ${largestModel} bytes, from the folder of the project`,
  (file) => projectFileProblem(file, /\.json$/, 'a .json file') ?? schemaFileProblem(file),
  { isKnown: true },
);

function schemaFileProblem(file: string): string | undefined {
  try {
    const { value } = JsonFile.read(file);
    const problem = jsonSchemaProblem(value);
    if (problem !== undefined) {
      return `${file}: ${problem}`;
    }
    const size = Buffer.byteLength(JSON.stringify(value));
    return size > largestModel ? `must have at most ${largestModel} bytes, got ${size}` : undefined;
  } catch (error) {
    if (error instanceof JsonFileError) {
      return error.message.replace(/\.$/, '');
    }
    throw error;
  }
}

/**
 * What a route requires of a request.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export const requestSettings = objectRule(
  {
    query: z
      .array(parameterRule('letters, digits and : . _ $ -', /^[\w:.$-]+$/))
      .min(1)
      .refine(areDifferent, { message: 'must not have a name twice' })
      .optional()
      .describe('Query parameters that a request must have. API Gateway checks that they are there and not blank.'),
    headers: z
      .array(parameterRule('letters, digits and . _ $ -', /^[\w.$-]+$/))
      .min(1)
      .refine((names) => areDifferent(names.map((name) => name.toLowerCase())), {
        message: 'must not have a name twice, in any case',
      })
      .optional()
      .describe(
        'Headers that a request must have, not blank. The case counts: a client that uses HTTP/2 sends names in lower case. Pages of `cors.allowOrigin` can send them.',
      ),
    body: bodyRule.optional().describe('JSON schema of the body, whatever its `Content-Type`.'),
  },
  (_request, given) => (given.length === 0 ? [{ path: [], problem: 'requires query, headers or body' }] : []),
);

export type RequestSettings = z.output<typeof requestSettings>;

/** HTTP methods whose requests have a body. */
const withBody = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** Finds a body of a method without one: API Gateway validates a missing body as `{}`. */
export function findUnexpectedBody(request: Partial<RequestSettings> | undefined, httpMethod: string): Problem[] {
  return request?.body === undefined || withBody.includes(httpMethod)
    ? []
    : [{ path: ['body'], problem: 'requires a method whose requests have a body', allowed: withBody.join(', ') }];
}

/** What API Gateway checks of a request before it calls the integration, as arguments of the method. */
export interface RequestArguments {
  readonly requestValidatorId: string;
  readonly requestParameters?: Readonly<Record<string, boolean>>;
  readonly requestModels?: Readonly<Record<string, string>>;
}

/**
 * Defines what checks the requests of a route: the model of its body, and a validator that the API has once.
 *
 * @param route the parent of the model
 * @param name of the route, `POST /orders`
 */
export function requestArguments(
  route: Construct,
  name: string,
  restApi: ApiGatewayRestApi,
  { query = [], headers = [], body }: RequestSettings,
): RequestArguments {
  const parameters = [
    ...headers.map((header) => `method.request.header.${header}`),
    ...query.map((parameter) => `method.request.querystring.${parameter}`),
  ];
  const model =
    body === undefined
      ? undefined
      : new ApiGatewayModel(route, 'body', {
          restApiId: restApi.id,
          name: modelName(name),
          description: `Body of ${name}`,
          contentType: 'application/json',
          schema: escapeTerraform(JSON.stringify(JsonFile.read(body).value)),
        });
  return {
    requestValidatorId: validatorOf(restApi, model !== undefined, parameters.length > 0).id,
    ...(parameters.length > 0 && {
      requestParameters: Object.fromEntries(parameters.map((parameter) => [parameter, true])),
    }),
    // With `application/json` instead, API Gateway would not check a body that says it is text.
    ...(model && { requestModels: { $default: model.name } }),
  };
}

/** A model has letters and digits only: the digest keeps `/a-b` and `/ab` apart. */
function modelName(route: string): string {
  const { httpMethod, path } = parseRoute(route);
  const digest = createHash('sha256').update(route).digest('hex').slice(0, 8);
  return `${httpMethod}${path.replace(/[^A-Za-z0-9]/g, '').slice(0, 50)}${digest}`;
}

function validatorOf(restApi: ApiGatewayRestApi, body: boolean, parameters: boolean): ApiGatewayRequestValidator {
  const parts = [...(body ? ['body'] : []), ...(parameters ? ['parameters'] : [])];
  const id = parts.join('_and_');
  return (
    (restApi.node.tryFindChild(id) as ApiGatewayRequestValidator | undefined) ??
    new ApiGatewayRequestValidator(restApi, id, {
      restApiId: restApi.id,
      name: parts.join(' and '),
      validateRequestBody: body,
      validateRequestParameters: parameters,
    })
  );
}

import { type RefusalName } from '../../flow/words';
import { type Answer, type Call, forMediaType } from './call';
import { HeaderMapping, mapParameter } from './integrations/parameter-mapping';
import { type GatewayResponse } from './stage';

/**
 * What API Gateway answers by itself, by type of gateway response.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
const builtIn = {
  UNAUTHORIZED: { statusCode: 401, message: 'Unauthorized', errorType: 'UnauthorizedException' },
  MISSING_AUTHENTICATION_TOKEN: {
    statusCode: 403,
    message: 'Missing Authentication Token',
    errorType: 'MissingAuthenticationTokenException',
  },
  INVALID_SIGNATURE: { statusCode: 403, message: '', errorType: 'IncompleteSignatureException' },
  THROTTLED: { statusCode: 429, message: 'Too Many Requests', errorType: 'TooManyRequestsException' },
  REQUEST_TOO_LARGE: { statusCode: 413, message: 'Request Too Long', errorType: 'RequestTooLargeException' },
  UNSUPPORTED_MEDIA_TYPE: { statusCode: 415, message: 'Unsupported Media Type', errorType: 'BadRequestException' },
  INTEGRATION_FAILURE: {
    statusCode: 504,
    message: 'Network error communicating with endpoint',
    errorType: 'InternalServerErrorException',
  },
  INTEGRATION_TIMEOUT: {
    statusCode: 504,
    message: 'Endpoint request timed out',
    errorType: 'InternalServerErrorException',
  },
  /** A Lambda function that failed, or whose answer is none. */
  DEFAULT_5XX: { statusCode: 502, message: 'Internal server error', errorType: 'InternalServerErrorException' },
  API_CONFIGURATION_ERROR: {
    statusCode: 500,
    message: 'Internal server error',
    errorType: 'InternalServerErrorException',
  },
} as const;

/** A call that API Gateway answers by itself. */
export class GatewayError extends Error {
  constructor(
    readonly type: keyof typeof builtIn,
    message: string = builtIn[type].message,
    /** Why a token is refused, which the answer does not say. */
    readonly refusal?: RefusalName,
  ) {
    super(message);
  }
}

/** A call that the API's configuration cannot answer. */
export class ConfigurationError extends GatewayError {
  /** @param details what the API's owner should know and its client should not */
  constructor(readonly details: string) {
    super('API_CONFIGURATION_ERROR');
  }
}

/**
 * Answers a call that failed: as the API customises this type, or all of its kind, or else as API Gateway does.
 *
 * @param customised the API's gateway responses by type
 */
export function answerError(
  { type, message }: GatewayError,
  call: Call,
  customised: ReadonlyMap<string, GatewayResponse>,
): Answer {
  const { statusCode, errorType } = builtIn[type];
  const custom = customised.get(type) ?? customised.get(statusCode < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const failed: Call = {
    pathParameters: call.pathParameters,
    query: call.query,
    headers: call.headers,
    stageVariables: call.stageVariables,
    body: '',
    responseOverride: { header: {} },
    context: { ...call.context, error: { message, messageString: JSON.stringify(message), responseType: type } },
  };
  const templates = Object.entries(custom?.response_templates ?? {});
  const [mediaType, template] = forMediaType(
    Object.fromEntries(templates.map((entry) => [entry[0], entry] as const)),
    call.accept,
  ) ?? ['application/json', '{"message":$context.error.messageString}'];
  return {
    statusCode: custom?.status_code ?? statusCode,
    errorType,
    headers: new HeaderMapping(custom?.response_parameters ?? {}, 'gatewayresponse.header.', mediaType).headers(failed),
    body: substitute(template, failed),
  };
}

/** Puts values in the place of their references: all that the template of a gateway response can do. */
function substitute(template: string, call: Call): string {
  return template.replace(
    /\$(context(?:\.\w+)+|stageVariables\.\w+|method\.request\.(?:header|path|querystring)\.[\w-]+)/g,
    (_, expression: string) => mapParameter(expression, call) ?? '',
  );
}

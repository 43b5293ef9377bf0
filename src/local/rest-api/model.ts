/** A stage of a REST API, with what its deployment contains. */
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
  readonly variables: Readonly<Record<string, string>>;
  /** Media types of bodies that are not text. */
  readonly binaryMediaTypes: readonly string[];
  readonly authorizers: readonly Authorizer[];
  readonly root: Resource;
  /** Customized gateway responses by type. */
  readonly gatewayResponses: GatewayResponses;
  /** Limits by method path: `~1orders~1{id}/GET`, or the one with two asterisks for all methods without their own. */
  readonly throttling: ReadonlyMap<string, Throttling>;
}

/** One part of a path, with its methods and the parts that can follow. */
export interface Resource {
  readonly id: string;
  /** Path from the root, `/orders/{id}`. */
  readonly path: string;
  /** Own part of the path: a name, `{name}` for any, `{name+}` for any number; empty for the root. */
  readonly pathPart: string;
  readonly children: readonly Resource[];
  /** By HTTP method; `ANY` is for those that are not listed. */
  readonly methods: ReadonlyMap<string, Method>;
}

export interface Method {
  /**
   * Who can call it.
   *
   * @default - everyone
   */
  readonly authorization?: CognitoAuthorization | UnservedAuthorization;
  /**
   * What is checked of a request before the integration is called.
   *
   * @default - nothing
   */
  readonly requirements?: RequestRequirements;
  readonly integration: IntegrationConfiguration;
}

export interface RequestRequirements {
  /** Parameters that a request must have: `method.request.header.NAME` and others. */
  readonly parameters: readonly string[];
  /** JSON schemas of the body by media type; `$default` is for those that are not listed. */
  readonly bodies: Readonly<Record<string, object>>;
}

/** A check of the callers that is not served: the method lets nobody in. */
export interface UnservedAuthorization {
  /** Address and argument, and why: `aws_api_gateway_method.admin: authorization: AWS_IAM is not served`. */
  readonly unserved: string;
}

export interface CognitoAuthorization {
  readonly authorizer: Authorizer;
  /** An access token must have one of these scopes. Without scopes, an ID token is required. */
  readonly scopes: readonly string[];
}

/** An authorizer that requires a token of a user pool. */
export interface Authorizer {
  /** Address of its resource. */
  readonly address: string;
  readonly userPoolArns: readonly string[];
  /** Name of the header that contains the token. */
  readonly header: string;
  /** Expression that the audience of a token must match. */
  readonly audience: RegExp | undefined;
  /** For how long a verified token is not verified again, in seconds. */
  readonly ttl: number;
}

/** How many calls a method accepts; -1 is any number. */
export interface Throttling {
  /** Tokens that the bucket gets in a second, up to its size. */
  readonly rateLimit: number;
  /** Size of the bucket. */
  readonly burstLimit: number;
}

export interface GatewayResponse {
  /** @default - that of the type */
  readonly statusCode: number | undefined;
  /** Expressions by `gatewayresponse.header.NAME`. */
  readonly parameters: Strings;
  /** Templates by media type. */
  readonly templates: Strings;
}

export type GatewayResponses = ReadonlyMap<string, GatewayResponse>;

/** What responds to the calls of a method. */
export type IntegrationConfiguration =
  MockConfiguration | HttpConfiguration | LambdaConfiguration | UnservedConfiguration;

export interface MockConfiguration {
  readonly type: 'MOCK';
  /** Mapping templates by media type of the request. */
  readonly requestTemplates: Strings;
  readonly passthroughBehavior: 'WHEN_NO_MATCH' | 'WHEN_NO_TEMPLATES' | 'NEVER';
  readonly responses: readonly IntegrationResponse[];
}

export interface IntegrationResponse {
  readonly statusCode: number;
  /**
   * Expression that the status code of the integration must match.
   *
   * @default - the response for all status codes that no other response matches
   */
  readonly selectionPattern: RegExp | undefined;
  /** Expressions by `method.response.header.NAME`. */
  readonly parameters: Strings;
  /** Mapping templates by media type. */
  readonly templates: Strings;
}

/** A proxy integration with an HTTP endpoint. */
export interface HttpConfiguration {
  readonly type: 'HTTP_PROXY';
  /** URL of the endpoint, with `{name}` for a variable. */
  readonly uri: string;
  /** HTTP method of the call to the endpoint; `ANY` is that of the request. */
  readonly httpMethod: string;
  /** Variables of the request's path, by the variable of the URL that gets their value. */
  readonly pathParameters: ReadonlyMap<string, string>;
  /** In milliseconds. */
  readonly timeout: number;
}

/** A proxy integration with a Lambda function. */
export interface LambdaConfiguration {
  readonly type: 'AWS_PROXY';
  /** Address of the integration. */
  readonly address: string;
  /** Invoke ARN of the function. */
  readonly uri: string;
  /**
   * ARN of the method's calls, which the function must permit: `arn:aws:execute-api:…/prod/GET/orders/{id}`. Undefined if
   * the integration has credentials of its own.
   */
  readonly callArn: string | undefined;
  /** In milliseconds. */
  readonly timeout: number;
}

/** An integration that is not served. */
export interface UnservedConfiguration {
  readonly type: 'UNSERVED';
  /** Address and argument, and why. */
  readonly unserved: string;
}

type Strings = Readonly<Record<string, string>>;

import { type Answer, type Call, forMediaType, mediaTypes } from '../call';
import { ConfigurationError, GatewayError } from '../gateway-response';
import { MappingTemplate } from './mapping-template';
import { HeaderMapping, mergeHeaders, withOwnNames } from './parameter-mapping';
import { type Integration, type IntegrationResponse } from '../stage';

type Templates = Readonly<Record<string, MappingTemplate>>;

/** A method's mock integration: turns a request into a status, and the status into an answer. */
export class MockIntegration {
  private readonly requestTemplates: Templates;
  private readonly responses: readonly (IntegrationResponse & {
    readonly headers: HeaderMapping;
    readonly templates: Templates;
  })[];

  constructor(
    private readonly integration: Pick<Integration, 'request_templates' | 'passthrough_behavior'>,
    responses: readonly IntegrationResponse[],
  ) {
    this.requestTemplates = templatesOf(integration.request_templates);
    this.responses = responses.map((response) => ({
      ...response,
      headers: new HeaderMapping(response.response_parameters, 'method.response.header.', 'application/json'),
      templates: templatesOf(response.response_templates),
    }));
  }

  /** @throws GatewayError when the call does not get as far as an integration response */
  answer(call: Call): Answer {
    const status = readStatusCode(this.mapRequest(call));
    if (status === undefined) {
      throw new ConfigurationError(
        'Unable to parse statusCode. It should be an integer that is defined in the request template.',
      );
    }
    const response = chooseResponse(this.responses, status);
    if (!response) {
      throw new ConfigurationError(
        `No match for output mapping and no default output mapping configured, got ${status}.`,
      );
    }
    const body = forMediaType(response.templates, call.accept)?.render(call, '') ?? '';
    const { status: wanted, header } = call.responseOverride;
    const headers = response.headers.headers(call);
    const overriding = withOwnNames(Object.entries(header).map(([name, value]) => [name, String(value)]));
    return {
      statusCode: isStatusCode(wanted) ? Number(wanted) : response.status_code,
      headers: overriding.length > 0 ? mergeHeaders(headers, overriding) : headers,
      body,
    };
  }

  /** Turns a request into what the integration gets. */
  private mapRequest(call: Call): string {
    const template = chooseRequestTemplate(
      this.requestTemplates,
      call.contentType,
      this.integration.passthrough_behavior,
    );
    return template === 'passthrough' ? call.body : template.render(call, call.body);
  }
}

function templatesOf(sources: Readonly<Record<string, string>>): Templates {
  return Object.fromEntries(Object.entries(sources).map(([type, source]) => [type, new MappingTemplate(source)]));
}

/**
 * Chooses the request template for a body's media type, which is JSON when the header is missing.
 *
 * @throws GatewayError when there is none and the body may not pass as it is
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html
 */
export function chooseRequestTemplate<Template>(
  templates: Readonly<Record<string, Template>>,
  contentType: string | undefined,
  passthroughBehavior: Integration['passthrough_behavior'],
): Template | 'passthrough' {
  const [mediaType = 'application/json'] = mediaTypes(contentType);
  const key = [mediaType, '$default'].find((type) => Object.hasOwn(templates, type));
  if (key !== undefined) {
    return templates[key]!;
  }
  const hasTemplates = Object.keys(templates).length > 0;
  if (passthroughBehavior === 'NEVER' || (passthroughBehavior === 'WHEN_NO_TEMPLATES' && hasTemplates)) {
    throw new GatewayError('UNSUPPORTED_MEDIA_TYPE');
  }
  return 'passthrough';
}

/**
 * Reads the statusCode of what a request template yields; it has to be an integer.
 *
 * Where the text is not JSON, as API Gateway does: it looks for the key, quoted in either way or not at all, and does
 * not mind the rest, if only it stands in braces.
 */
export function readStatusCode(text: string): number | undefined {
  // Nearly all templates are this and no more; a failure to parse JSON would cost more than all the rest of a call.
  const alone = /^\s*\{\s*(["']?)statusCode\1\s*:\s*(-?\d{1,9})\s*\}\s*$/.exec(text);
  if (alone) {
    return Number(alone[2]);
  }
  try {
    const { statusCode } = Object(JSON.parse(text)) as { statusCode?: unknown };
    return Number.isInteger(statusCode) ? (statusCode as number) : undefined;
  } catch {
    const object = /^\{.*\}$/s.exec(text.trim())?.[0];
    const found = object && /(?:^\{|,)\s*(["']?)statusCode\1\s*:\s*(-?\d+)(?![\w.])/.exec(object);
    return found ? Number(found[2]) : undefined;
  }
}

/**
 * Chooses the integration response for a status: one whose pattern matches it, best the one of that status; else the
 * one without a pattern.
 */
export function chooseResponse<Response extends Pick<IntegrationResponse, 'selection_pattern' | 'status_code'>>(
  responses: readonly Response[],
  status: number,
): Response | undefined {
  const matching = responses.filter(({ selection_pattern }) => selection_pattern?.test(String(status)));
  return (
    matching.find(({ status_code }) => status_code === status) ??
    matching[0] ??
    responses.find(({ selection_pattern }) => selection_pattern === undefined)
  );
}

function isStatusCode(value: unknown): boolean {
  return Number.isInteger(Number(value)) && Number(value) >= 200 && Number(value) <= 599;
}

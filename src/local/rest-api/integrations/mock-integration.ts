import { type Call } from '../call';
import { toText } from '../mapping-template/java';
import { MappingTemplate } from '../mapping-template/mapping-template';
import { forMediaType, mediaTypes } from '../media-types';
import { type IntegrationResponse, type MockConfiguration } from '../model';
import { HeaderMapping, lookUp } from '../parameter-mapping';
import { type ApiResponse, mergeHeaders, remapHeaders } from '../responses/api-response';
import { ConfigurationError, GatewayError } from '../responses/gateway-response';

type Templates = Readonly<Record<string, MappingTemplate>>;

/** A mock integration: its request template yields a status code, which selects the response. */
export class MockIntegration {
  private readonly requestTemplates: Templates;
  private readonly responses: readonly (Omit<IntegrationResponse, 'templates'> & {
    readonly headers: HeaderMapping;
    readonly templates: Templates;
  })[];

  constructor(private readonly configuration: MockConfiguration) {
    this.requestTemplates = templatesOf(configuration.requestTemplates);
    this.responses = configuration.responses.map((response) => ({
      ...response,
      headers: new HeaderMapping(response.parameters, 'method.response.header.', 'application/json'),
      templates: templatesOf(response.templates),
    }));
  }

  /** @throws {GatewayError} when no integration response is selected */
  respond(call: Call): ApiResponse {
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
    const override = (name: string) => lookUp(call.context, ['responseOverride', name]);
    const [wanted, header] = [Number(override('status')), override('header')];
    const headers = response.headers.headers(call);
    const overriding = remapHeaders(
      header instanceof Map ? [...header].map(([name, value]) => [name, toText(value)]) : [],
    );
    return {
      statusCode: isStatusCode(wanted) ? wanted : response.statusCode,
      headers: overriding.length > 0 ? mergeHeaders(headers, overriding) : headers,
      body,
    };
  }

  /** Turns a request into what the integration gets. */
  private mapRequest(call: Call): string {
    const template = chooseRequestTemplate(
      this.requestTemplates,
      call.contentType,
      this.configuration.passthroughBehavior,
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
 * @throws {GatewayError} when none is found and the body may not pass as it is
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html
 */
export function chooseRequestTemplate<Template>(
  templates: Readonly<Record<string, Template>>,
  contentType: string | undefined,
  passthroughBehavior: MockConfiguration['passthroughBehavior'],
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
 * In a string that is not JSON, API Gateway looks for the key, with any or no quotes, and ignores the rest between the
 * braces.
 */
export function readStatusCode(text: string): number | undefined {
  // Nearly all templates look like this. A failed JSON.parse would take longer than the rest of a call.
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
 * Chooses the integration response for a status: one whose pattern matches it, preferably the one of that status; else
 * the one without a pattern.
 */
export function chooseResponse<Response extends Pick<IntegrationResponse, 'selectionPattern' | 'statusCode'>>(
  responses: readonly Response[],
  status: number,
): Response | undefined {
  const matching = responses.filter(({ selectionPattern }) => selectionPattern?.test(String(status)));
  return (
    matching.find(({ statusCode }) => statusCode === status) ??
    matching[0] ??
    responses.find(({ selectionPattern }) => selectionPattern === undefined)
  );
}

function isStatusCode(value: number): boolean {
  return Number.isInteger(value) && value >= 200 && value <= 599;
}

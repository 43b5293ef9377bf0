import { fromPlain, type Value } from '../../../../src/local/rest-api/mapping-template/java';
import { MappingTemplate } from '../../../../src/local/rest-api/mapping-template/mapping-template';
import recorded from '../recorded/mapping-templates.json';
import velocity from '../recorded/velocity-1.7.json';

interface Recording {
  readonly template?: string;
  /** Of a mock integration, whose two templates share a context. */
  readonly request_template?: string;
  readonly response_template?: string;
  readonly body: string;
  readonly response?: string;
  /** What the response is as JSON. */
  readonly response_json?: unknown;
  /** Status code, if API Gateway responds with an error. */
  readonly status?: number;
}

const recordings: readonly Recording[] = recorded;

function calling() {
  return {
    parameters: {
      path: new Map<string, string>(),
      querystring: new Map<string, string>(),
      header: new Map([
        ['Origin', 'http://a.b'],
        ['X', 'y'],
      ]),
    },
    body: '',
    stageVariables: {},
    context: fromPlain({ requestOverride: { header: {}, querystring: {} }, httpMethod: 'GET' }) as Map<string, Value>,
  };
}

function render({ template, request_template, response_template, body }: Recording): string {
  const call = calling();
  if (request_template !== undefined) {
    new MappingTemplate(request_template).render(call, body);
  }
  return new MappingTemplate((template ?? response_template)!).render(call, body);
}

test.each(
  recordings.map((recording) => [recording.template ?? recording.response_template, recording.body, recording]),
)('a mapping template is rendered as API Gateway was recorded to: %s of %s', (_template, _body, recording) => {
  const { response, response_json, status } = recording;
  if (status !== undefined) {
    const error = expect.objectContaining({ type: 'BAD_REQUEST_BODY' }) as Error;
    expect(() => render(recording)).toThrow(error);
  } else if (response_json !== undefined) {
    expect(JSON.parse(render(recording))).toEqual(response_json);
  } else {
    expect(render(recording)).toBe(response);
  }
});

// Rendered by Apache Velocity 1.7 with json-smart 2.2 and an InvalidReferenceEventHandler that makes a missing value an
// empty string. That engine renders all recordings above as API Gateway does.
test.each(velocity)('a mapping template is rendered as by Velocity 1.7: $template', ({ template, body, rendered }) => {
  expect(new MappingTemplate(template).render(calling(), body)).toBe(rendered);
});

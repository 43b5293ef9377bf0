import { jsonpath } from 'json-p3';
import { Compile, parse } from 'velocityjs';

import { type Call } from '../call';

type Node = ReturnType<typeof parse>[number];

/**
 * A mapping template in the Velocity Template Language.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
export class MappingTemplate {
  private nodes: Node[] | undefined;

  constructor(private readonly source: string) {}

  /**
   * @param body what `$input` reads: the request's body before the integration, the integration's after it
   * @throws an error when the template is wrong, which API Gateway too notices no sooner
   */
  render(call: Call, body: string): string {
    // A text without one of the two has nothing to evaluate.
    if (!/[$#]/.test(this.source)) {
      return this.source;
    }
    this.nodes ??= parse(this.source);
    // The engine leaves its own marks on what it is given: nothing here may outlive the call.
    return new Renderer(this.nodes, { customMethodHandlers }).render({
      context: call.context,
      input: inputOf(call, body),
      stageVariables: { ...call.stageVariables },
      util: { ...util },
    });
  }
}

/** Variables of API Gateway: what they do not hold is an empty text, where Velocity repeats the reference. */
const variables = new Set(['context', 'input', 'stageVariables', 'util']);

class Renderer extends Compile {
  protected override getReferences(node: Node, isOutput?: boolean): string {
    if (!('id' in node && variables.has(node.id))) {
      return super.getReferences(node, isOutput);
    }
    const silent: Node & { leader: string } = { ...node, leader: '$!' };
    // Declared as text, and whatever a variable holds.
    const value: unknown = super.getReferences(silent, isOutput);
    return (value ?? '') as string;
  }
}

function inputOf({ parameters: { path, querystring, header } }: Call, body: string): Record<string, unknown> {
  const parameters = {
    path: Object.fromEntries(path),
    querystring: Object.fromEntries(querystring),
    header: Object.fromEntries(header),
  };
  const json = (path: string): unknown => {
    const compiled = jsonpath.compile(path);
    const values = compiled.query(body === '' ? {} : parseJson(body)).values();
    return compiled.singularQuery() ? values[0] : values;
  };
  return {
    body,
    params: (name?: string) =>
      name === undefined ? parameters : Object.values(parameters).find((group) => Object.hasOwn(group, name))?.[name],
    path: json,
    json: (path: string) => JSON.stringify(json(path)),
  };
}

/** @throws an error that does not repeat the text, as the runtime's would: it could hold a secret */
function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new Error('a mapping template reads as JSON what is none');
  }
}

type JsonValue = Parameters<typeof jsonpath.query>[1];

const util = {
  escapeJavaScript: (text: unknown) =>
    String(text)
      .replace(/[\\'"/]/g, '\\$&')
      // eslint-disable-next-line no-control-regex -- these are the characters that must not stay
      .replace(/[\x00-\x1f\x7f-\uffff]/g, (character) => {
        const short = { '\b': '\\b', '\n': '\\n', '\t': '\\t', '\f': '\\f', '\r': '\\r' }[character];
        return short ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
      }),
  parseJson,
  urlEncode: (text: string) => new URLSearchParams([['', text]]).toString().slice(1),
  urlDecode: (text: string) => decodeURIComponent(text.replaceAll('+', ' ')),
  base64Encode: (text: string) => Buffer.from(text).toString('base64'),
  base64Decode: (text: string) => Buffer.from(text, 'base64').toString(),
};

/** Methods of Java's String that JavaScript's lacks, or has with another meaning. */
const stringMethods: Readonly<Record<string, (text: string, ...parameters: string[]) => unknown>> = {
  contains: (text, part = '') => text.includes(part),
  equals: (text, other) => text === other,
  equalsIgnoreCase: (text, other = '') => text.toLowerCase() === other.toLowerCase(),
  isEmpty: (text) => text === '',
  length: (text) => text.length,
  matches: (text, pattern = '') => new RegExp(`^(?:${pattern})$`).test(text),
  replace: (text, part = '', by = '') => text.replaceAll(part, () => by),
  replaceAll: (text, pattern = '', by = '') => text.replace(new RegExp(pattern, 'g'), by),
  split: (text, pattern = '') => text.split(new RegExp(pattern)),
};

const customMethodHandlers = [
  {
    uid: 'java.lang.String',
    match: ({ property, context }: { property: string; context: unknown }) =>
      typeof context === 'string' && Object.hasOwn(stringMethods, property),
    resolve: ({ property, context, params }: { property: string; context: string; params: string[] }) =>
      stringMethods[property]!(context, ...params),
  },
];

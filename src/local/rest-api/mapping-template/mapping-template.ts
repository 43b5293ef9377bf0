import { parseVelocity, type Template } from '../../../rules/velocity';
import { type Call } from '../call';
import { fromPlain, JavaObject, toJson, toText, type Value } from './java';
import { parseBody, parseJson, readPath } from './json';
import { renderTemplate } from './renderer';

/**
 * A mapping template in the Velocity Template Language.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
export class MappingTemplate {
  private parsed: Template | undefined;

  constructor(private readonly source: string) {}

  /**
   * @param body what `$input` reads: the request's body before the integration, the response's after it
   * @throws {GatewayError} when the template reads a body whose JSON is wrong
   * @throws {Error} when the template is wrong, which API Gateway also notices only now
   */
  render(call: Call, body: string): string {
    // A string without these has nothing to evaluate.
    if (!/[$#]/.test(this.source)) {
      return this.source;
    }
    this.parsed ??= parseVelocity(this.source);
    return renderTemplate(
      this.parsed,
      new Map<string, Value>([
        ['context', call.context],
        ['input', inputOf(call, body === '' ? '{}' : body)],
        ['stageVariables', fromPlain(call.stageVariables)],
        ['util', util],
      ]),
    );
  }
}

function inputOf({ parameters: { path, querystring, header } }: Call, body: string): JavaObject {
  const parameters = new Map<string, Map<string, Value>>([
    ['path', new Map(path)],
    ['querystring', new Map(querystring)],
    ['header', new Map(header)],
  ]);
  let parsed: Value | undefined;
  const read = (path = '$') => readPath((parsed ??= parseBody(body)), path);
  return new JavaObject(
    {
      json: (path) => {
        const value = read(path as string | undefined);
        return value === undefined ? '""' : toJson(value);
      },
      params: (name) =>
        name === undefined
          ? parameters
          : ([...parameters.values()].find((group) => group.has(name as string))?.get(name as string) ?? ''),
      path: (path) => read(path as string | undefined) ?? null,
    },
    { body },
  );
}

const util = new JavaObject({
  base64Decode: (value = null) => Buffer.from(toText(value), 'base64').toString(),
  base64Encode: (value = null) => Buffer.from(toText(value)).toString('base64'),
  escapeJavaScript: (value = null) =>
    toText(value)
      .replace(/[\\'"/]/g, '\\$&')
      // eslint-disable-next-line no-control-regex -- these are the characters that must not stay
      .replace(/[\x00-\x1f\x7f-\uffff]/g, (character) => {
        const short = { '\b': '\\b', '\n': '\\n', '\t': '\\t', '\f': '\\f', '\r': '\\r' }[character];
        return short ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
      }),
  parseJson: (value = null) => parseJson(toText(value)),
  urlDecode: (value = null) => decodeURIComponent(toText(value).replaceAll('+', ' ')),
  urlEncode: (value = null) => new URLSearchParams([['', toText(value)]]).toString().slice(1),
});

/**
 * A parsed template in the Velocity Template Language, version 1.7, which API Gateway has.
 *
 * @see https://velocity.apache.org/engine/1.7/user-guide.html
 */
export type Template = readonly TemplateNode[];

/** A part of a template: text, or what is evaluated. */
type TemplateNode = string | Reference | Directive;

/** `$name.property.method(…)[index]` */
export interface Reference {
  readonly kind: 'reference';
  readonly name: string;
  readonly path: readonly Access[];
  /** The reference as it is written. */
  readonly source: string;
  /** Number of backslashes before it, which escape it. */
  readonly backslashes: number;
}

export type Access =
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'method'; readonly name: string; readonly values: readonly Expression[] }
  | { readonly kind: 'index'; readonly index: Expression };

export type Directive =
  | { readonly kind: 'set'; readonly target: Reference; readonly value: Expression }
  /** The branch of `#else` has no condition. */
  | { readonly kind: 'if'; readonly branches: readonly { readonly condition?: Expression; readonly body: Template }[] }
  | { readonly kind: 'foreach'; readonly variable: string; readonly items: Expression; readonly body: Template }
  | { readonly kind: 'macro'; readonly name: string; readonly parameters: readonly string[]; readonly body: Template }
  | { readonly kind: 'define'; readonly name: string; readonly body: Template }
  | { readonly kind: 'evaluate'; readonly template: Expression }
  | { readonly kind: 'break' | 'stop' }
  /** Calls a macro; text if no macro has this name. */
  | { readonly kind: 'call'; readonly name: string; readonly values: readonly Expression[]; readonly source: string };

export type Expression =
  | Reference
  /** An integer is a bigint, any other number a number. */
  | { readonly kind: 'literal'; readonly value: string | boolean | bigint | number }
  /** A string in double quotes. */
  | { readonly kind: 'template'; readonly template: Template }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'range'; readonly from: Expression; readonly to: Expression }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: Expression, value: Expression])[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Expression; readonly right: Expression };

export type Operator = '||' | '&&' | '==' | '!=' | '<' | '>' | '<=' | '>=' | '+' | '-' | '*' | '/' | '%';

export class VelocitySyntaxError extends Error {}

/** @throws {VelocitySyntaxError} with the line and the column */
export function parseVelocity(source: string): Template {
  const parser = new Parser(source);
  const { body, end } = parser.block();
  return end === undefined ? body : parser.fail(`#${end.name} without a block`, end.position);
}

/** The operators from the weakest to the strongest, and how else they are written. */
const operators: readonly (readonly [RegExp, Readonly<Record<string, Operator>>])[] = [
  [/\|\||or\b/y, { or: '||' }],
  [/&&|and\b/y, { and: '&&' }],
  [/==|!=|(?:eq|ne)\b/y, { eq: '==', ne: '!=' }],
  [/[<>]=?|(?:lt|gt|le|ge)\b/y, { lt: '<', gt: '>', le: '<=', ge: '>=' }],
  [/[+-]/y, {}],
  [/[*/%]/y, {}],
];

/** A directive that ends a block: `#end`, `#else` or `#elseif`. */
interface BlockEnd {
  readonly name: string;
  readonly position: number;
}

const blockEnds = ['end', 'else', 'elseif'];
const directives = ['set', 'if', 'foreach', 'macro', 'define', 'evaluate', 'break', 'stop', 'include', 'parse'];

/** A recursive descent parser: each method reads its part of the grammar at the position, and moves behind it. */
class Parser {
  private position = 0;

  constructor(private readonly source: string) {}

  /** Reads a body up to the directive that ends it, and that directive. */
  block(): { readonly body: TemplateNode[]; readonly end?: BlockEnd } {
    const body: TemplateNode[] = [];
    while (this.position < this.source.length) {
      const text = this.take(/[^$#\\]+/y) ?? '';
      // Spaces between a directive and #set do not count.
      if (text !== '' && !(/^[ \t]*$/.test(text) && this.sees(/#(?:set|\{set\}) *\(/y))) {
        body.push(text);
      }
      const backslashes = this.take(/\\+/y) ?? '';
      if (this.sees(/\$/y)) {
        body.push(this.reference(backslashes.length) ?? backslashes + this.take(/\$!?/y)!.slice(0, 1));
      } else if (this.sees(/#/y)) {
        const end = this.hash(body, backslashes);
        if (end !== undefined) {
          return { body, end };
        }
      } else {
        body.push(backslashes);
      }
    }
    return { body };
  }

  fail(problem: string, position = this.position): never {
    const lines = this.source.slice(0, position).split(/\r\n|\n|\r/);
    throw new VelocitySyntaxError(`${problem} in line ${lines.length}, column ${lines.at(-1)!.length + 1}`);
  }

  /** Reads what starts with `#`. Returns a directive that ends a block. */
  private hash(body: TemplateNode[], backslashes: string): BlockEnd | undefined {
    const start = this.position;
    const [word, name = ''] = this.match(/#\{?([a-zA-Z_@][\w@]*)/y) ?? [];
    const isDirective = [...directives, ...blockEnds].includes(name);
    body.push(isDirective ? backslashes.slice(0, backslashes.length / 2) : backslashes);
    if (backslashes.length % 2 === 1) {
      body.push(this.take(/#(?:\{[a-zA-Z_]\w*\}|[\w@]*)/y)!);
      return undefined;
    }
    if (this.take(/##[^\r\n]*(?:\r\n|\n|\r|$)/y) ?? this.take(/#\*[^]*?\*#/y)) {
      return undefined;
    }
    const raw = this.take(/#\[\[[^]*?\]\]#/y);
    if (raw !== undefined) {
      body.push(raw.slice(3, -3));
      return undefined;
    }
    if (this.sees(/#(?:\*|\[\[)/y)) {
      this.fail('a comment or #[[ without its end');
    }
    if (word === undefined || (word.startsWith('#{') && this.source[start + word.length] !== '}')) {
      body.push(this.take(/#/y)!);
      return undefined;
    }
    this.position += word.length + (word.startsWith('#{') ? 1 : 0);
    if (blockEnds.includes(name)) {
      if (name !== 'elseif') {
        this.lineEnd();
      }
      return { name, position: start };
    }
    body.push(this.directive(name, start));
    return undefined;
  }

  private directive(name: string, start: number): TemplateNode {
    const hasValues = this.take(/\s*\(/y) !== undefined;
    if (name === 'break' || name === 'stop') {
      return hasValues ? this.fail(`#${name} takes no values`) : { kind: name };
    }
    if (!hasValues) {
      // Text, such as a color.
      return directives.includes(name) && name !== 'set'
        ? this.fail(`expected (`)
        : this.source.slice(start, this.position);
    }
    switch (name) {
      case 'set': {
        const target = this.spaced(() => this.reference()) ?? this.fail('expected a reference');
        this.expect('=');
        const value = this.expression();
        this.closeDirective();
        return { kind: 'set', target, value };
      }
      case 'if':
        return this.ifDirective(start);
      case 'foreach': {
        const variable = this.spaced(() => this.reference()) ?? this.fail('expected a reference');
        this.expect('in');
        const items = this.spaced(() => this.value());
        this.closeDirective();
        return { kind: 'foreach', variable: variable.name, items, body: this.endedBlock(name, start) };
      }
      case 'macro':
      case 'define': {
        const [, own, parameters = ''] =
          this.takeMatch(/\s*\$?(\w+)((?:[\s,]+\$\w+)*)\s*/y) ?? this.fail('expected a name');
        this.closeDirective();
        const body = this.endedBlock(name, start);
        return name === 'define'
          ? { kind: name, name: own!, body }
          : { kind: name, name: own!, parameters: parameters.match(/\w+/g) ?? [], body };
      }
      case 'evaluate': {
        const template = this.spaced(() => this.value());
        this.closeDirective();
        return { kind: 'evaluate', template };
      }
      case 'include':
      case 'parse':
        return this.fail(`#${name} is not available in API Gateway`, start);
      default: {
        const values: Expression[] = [];
        while (!this.sees(/\s*\)/y)) {
          this.take(/\s*,?\s*/y);
          // A word can be a value of what turns out to be text.
          const word = this.take(/(?!(?:true|false)\b)[a-zA-Z_]\w*/y);
          values.push(word === undefined ? this.value() : { kind: 'literal', value: word });
        }
        this.take(/\s+/y);
        this.closeDirective();
        return { kind: 'call', name, values, source: this.source.slice(start, this.position) };
      }
    }
  }

  private ifDirective(start: number): TemplateNode {
    const branches: { condition?: Expression; body: Template }[] = [];
    for (let name: string | undefined = 'if'; name !== 'end';) {
      const isElse: boolean = name === 'else';
      if (name === 'elseif' && this.take(/\s*\(/y) === undefined) {
        this.fail('expected (');
      }
      const condition: { condition?: Expression } = isElse ? {} : { condition: this.expression() };
      if (!isElse) {
        this.closeDirective();
      }
      const branch = this.block();
      branches.push({ ...condition, body: branch.body });
      name = branch.end?.name;
      if (name === undefined || (isElse && name !== 'end')) {
        this.fail('#if without #end', start);
      }
    }
    return { kind: 'if', branches };
  }

  private endedBlock(name: string, start: number): Template {
    const { body, end } = this.block();
    return end?.name === 'end' ? body : this.fail(`#${name} without #end`, start);
  }

  /** Reads the `)` of a directive, and the rest of its line if that is empty. */
  private closeDirective(): void {
    this.expect(')');
    this.lineEnd();
  }

  private lineEnd(): void {
    this.take(/[ \t]*(?:\r\n|\n|\r)/y);
  }

  /** Reads a reference, or nothing where a `$` is text. */
  private reference(backslashes = 0): Reference | undefined {
    const start = this.position;
    const [head, brace, name] = this.match(/\$\\*!?(\{?)([a-zA-Z_][\w-]*)/y) ?? [];
    if (head === undefined) {
      return undefined;
    }
    this.position += head.length;
    const path: Access[] = [];
    for (;;) {
      const property = this.take(/\.[a-zA-Z][\w-]*/y)?.slice(1);
      if (property !== undefined) {
        path.push(
          this.take(/\(/y) === undefined
            ? { kind: 'property', name: property }
            : { kind: 'method', name: property, values: this.list(')') },
        );
      } else if (this.take(/\[/y) !== undefined) {
        path.push({ kind: 'index', index: this.spaced(() => this.value()) });
        this.expect(']');
      } else {
        break;
      }
    }
    if (brace === '{') {
      this.expect('}');
    }
    return { kind: 'reference', name: name!, path, source: this.source.slice(start, this.position), backslashes };
  }

  /** Reads values between commas up to a closing token. */
  private list(close: string): Expression[] {
    const values: Expression[] = [];
    this.take(/\s+/y);
    while (!this.sees(close === ')' ? /\)/y : /\]/y)) {
      if (values.length > 0) {
        this.expect(',');
      }
      values.push(this.spaced(() => this.value()));
    }
    this.expect(close);
    return values;
  }

  private expression(level = 0): Expression {
    const [tokens, names] = operators[level] ?? [];
    if (!tokens || !names) {
      return this.unary();
    }
    let left = this.expression(level + 1);
    for (let token = this.spaced(() => this.take(tokens)); token !== undefined;) {
      const operator = names[token] ?? (token as Operator);
      left = { kind: 'binary', operator, left, right: this.expression(level + 1) };
      token = this.spaced(() => this.take(tokens));
    }
    return left;
  }

  private unary(): Expression {
    this.take(/\s+/y);
    if (this.take(/!|not\b/y) !== undefined) {
      return { kind: 'not', operand: this.unary() };
    }
    if (this.take(/\(/y) !== undefined) {
      const inner = this.expression();
      this.expect(')');
      return inner;
    }
    return this.value();
  }

  private value(): Expression {
    const reference = this.reference();
    if (reference) {
      return reference;
    }
    const double = this.take(/"(?:""|[^"])*"/y);
    if (double !== undefined) {
      const text = double
        .slice(1, -1)
        .replaceAll('""', '"')
        .replace(/\\u([\da-f]{4})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
      return /[$#]/.test(text) ? { kind: 'template', template: parseVelocity(text) } : { kind: 'literal', value: text };
    }
    const single = this.take(/'(?:''|[^'])*'/y);
    if (single !== undefined) {
      return { kind: 'literal', value: single.slice(1, -1).replaceAll("''", "'") };
    }
    const float = this.take(/-?(?:\d+\.(?!\.)\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|\d+e[+-]?\d+)/iy);
    if (float !== undefined) {
      return { kind: 'literal', value: Number(float) };
    }
    const integer = this.take(/-?\d+/y);
    if (integer !== undefined) {
      return { kind: 'literal', value: BigInt(integer) };
    }
    const boolean = this.take(/(?:true|false)\b/y);
    if (boolean !== undefined) {
      return { kind: 'literal', value: boolean === 'true' };
    }
    if (this.take(/\[/y) !== undefined) {
      return this.listOrRange();
    }
    if (this.take(/\{/y) !== undefined) {
      return this.map();
    }
    return this.fail('expected a value');
  }

  private listOrRange(): Expression {
    if (this.sees(/\s*\]/y)) {
      return { kind: 'list', items: this.list(']') };
    }
    const from = this.spaced(() => this.value());
    if (this.take(/\.\./y) !== undefined) {
      const to = this.spaced(() => this.value());
      this.expect(']');
      return { kind: 'range', from, to };
    }
    return {
      kind: 'list',
      items: this.take(/,/y) === undefined ? (this.expect(']'), [from]) : [from, ...this.list(']')],
    };
  }

  private map(): Expression {
    const entries: (readonly [Expression, Expression])[] = [];
    while (this.take(/\s*\}/y) === undefined) {
      if (entries.length > 0) {
        this.expect(',');
      }
      const key = this.spaced(() => this.value());
      this.expect(':');
      entries.push([key, this.spaced(() => this.value())]);
    }
    return { kind: 'map', entries };
  }

  /** Skips white space before and after what is read. */
  private spaced<Result>(read: () => Result): Result {
    this.take(/\s+/y);
    const result = read();
    this.take(/\s+/y);
    return result;
  }

  private expect(token: string): void {
    if (!this.source.startsWith(token, this.position)) {
      this.fail(`expected ${token}`);
    }
    this.position += token.length;
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.position;
    return pattern.exec(this.source) ?? undefined;
  }

  private sees(pattern: RegExp): boolean {
    return this.match(pattern) !== undefined;
  }

  private takeMatch(pattern: RegExp): RegExpExecArray | undefined {
    const match = this.match(pattern);
    this.position += match?.[0].length ?? 0;
    return match;
  }

  private take(pattern: RegExp): string | undefined {
    return this.takeMatch(pattern)?.[0];
  }
}

import {
  type Directive,
  type Expression,
  type Operator,
  parseVelocity,
  type Reference,
  type Template,
} from '../../../rules/velocity';
import {
  callMethod,
  equals,
  isNumber,
  itemsOf,
  JavaObject,
  NoSuchMethodError,
  propertyOf,
  toText,
  UnreadableMap,
  type Value,
} from './java';

/** Maximum iterations of a `#foreach`, a quota of API Gateway. */
const maxIterations = 1000;
/** Maximum depth of macro calls in Velocity. */
const maxDepth = 20;

/** Ends the innermost `#foreach`, or the template outside of one. */
class Break extends Error {}
/** Ends the template. */
class Stop extends Error {}

/**
 * Renders a template as API Gateway does: as Velocity, but a reference without a value is an empty string, which is
 * true in a condition.
 *
 * @param variables by name; templates change them
 * @throws {Error} when the template has a syntax error, or a method fails
 */
export function renderTemplate(template: Template, variables: Map<string, Value>): string {
  const renderer = new Renderer(variables);
  try {
    renderer.render(template);
  } catch (error) {
    if (!(error instanceof Stop || error instanceof Break)) {
      throw error;
    }
  }
  return renderer.output;
}

class Renderer {
  output = '';
  private depth = 0;
  private readonly macros = new Map<string, Directive & { readonly kind: 'macro' }>();
  private readonly blocks = new Map<string, Template>();

  constructor(private readonly variables: Map<string, Value>) {}

  render(template: Template): void {
    // A macro can be called before its definition.
    for (const node of template) {
      if (typeof node === 'object' && node.kind === 'macro') {
        this.macros.set(node.name, this.macros.get(node.name) ?? node);
      }
    }
    for (const node of template) {
      if (typeof node === 'string') {
        this.output += node;
      } else if (node.kind === 'reference') {
        const isEscaped = node.backslashes % 2 === 1;
        this.output += '\\'.repeat(node.backslashes / 2) + (isEscaped ? node.source : toText(this.valueOf(node)));
      } else {
        this.run(node);
      }
    }
  }

  private run(directive: Directive): void {
    switch (directive.kind) {
      case 'set': {
        const value = this.evaluate(directive.value);
        if (value !== null) {
          this.assign(directive.target, value);
        }
        return;
      }
      case 'if': {
        const branch = directive.branches.find(({ condition }) => condition === undefined || this.isTrue(condition));
        this.render(branch?.body ?? []);
        return;
      }
      case 'foreach':
        this.repeat(directive.variable, this.evaluate(directive.items), directive.body);
        return;
      case 'define':
        this.blocks.set(directive.name, directive.body);
        return;
      case 'evaluate':
        this.render(parseVelocity(toText(this.evaluate(directive.template))));
        return;
      case 'call':
        this.call(directive);
        return;
      case 'break':
        throw new Break();
      case 'stop':
        throw new Stop();
      case 'macro':
    }
  }

  private repeat(variable: string, items: Value, body: Template): void {
    const values = [...itemsOf(items)].slice(0, maxIterations);
    const parent = this.variables.get('foreach') ?? null;
    const before = this.variables.get(variable);
    try {
      values.forEach((value, index) => {
        const hasNext = index < values.length - 1;
        const state = { index: BigInt(index), count: BigInt(index + 1), hasNext, first: index === 0, last: !hasNext };
        this.variables.set('foreach', new JavaObject({ hasNext: () => hasNext }, { ...state, parent }));
        this.variables.set('velocityCount', state.count).set('velocityHasNext', hasNext).set(variable, value);
        this.render(body);
      });
    } catch (error) {
      if (!(error instanceof Break)) {
        throw error;
      }
    } finally {
      this.variables.set('foreach', parent).set(variable, before ?? null);
    }
  }

  private call({ name, values, source }: Directive & { readonly kind: 'call' }): void {
    const macro = this.macros.get(name);
    if (!macro) {
      this.output += source;
      return;
    }
    if (++this.depth > maxDepth) {
      throw new Error(`the macro ${name} calls itself more than ${maxDepth} times`);
    }
    const before = macro.parameters.map((parameter) => [parameter, this.variables.get(parameter) ?? null] as const);
    const given = macro.parameters.map((_, index) => (values[index] ? this.evaluate(values[index]) : null));
    macro.parameters.forEach((parameter, index) => this.variables.set(parameter, given[index]!));
    try {
      this.render(macro.body);
    } finally {
      before.forEach(([parameter, value]) => this.variables.set(parameter, value));
      this.depth--;
    }
  }

  private assign({ name, path }: Reference, value: Value): void {
    const last = path.at(-1);
    if (!last) {
      this.variables.set(name, value);
      this.blocks.delete(name);
      return;
    }
    const target = this.follow(name, path.slice(0, -1));
    const key = last.kind === 'index' ? this.evaluate(last.index) : last.name;
    if (target instanceof Map || last.kind === 'index') {
      call(target, target instanceof Map ? 'put' : 'set', [key, value]);
    }
  }

  /** Returns the value of a reference, which is an empty string if it has none. */
  private valueOf({ name, path }: Reference): Value {
    const block = this.blocks.get(name);
    const value = block && path.length === 0 ? this.capture(block) : this.follow(name, path);
    return value === null || value instanceof UnreadableMap ? '' : value;
  }

  private follow(name: string, path: Reference['path']): Value {
    let value = this.variables.get(name) ?? null;
    for (const access of path) {
      if (value === null) {
        return null;
      }
      switch (access.kind) {
        case 'property':
          value = propertyOf(value, access.name);
          break;
        case 'method':
          value = call(
            value,
            access.name,
            access.values.map((each) => this.evaluate(each)),
          );
          break;
        case 'index':
          value = call(value, 'get', [this.evaluate(access.index)]);
      }
    }
    return value;
  }

  private capture(template: Template): string {
    const before = this.output;
    this.output = '';
    try {
      this.render(template);
      return this.output;
    } finally {
      this.output = before;
    }
  }

  private evaluate(expression: Expression): Value {
    switch (expression.kind) {
      case 'reference':
        return this.valueOf(expression);
      case 'literal':
        return expression.value;
      case 'template':
        return this.capture(expression.template);
      case 'list':
        return expression.items.map((each) => this.evaluate(each));
      case 'map':
        return new Map(expression.entries.map(([key, value]) => [toText(this.evaluate(key)), this.evaluate(value)]));
      case 'range': {
        const [from, to] = [this.evaluate(expression.from), this.evaluate(expression.to)];
        if (typeof from !== 'bigint' || typeof to !== 'bigint') {
          return null;
        }
        const [step, length] = from <= to ? [1n, to - from + 1n] : [-1n, from - to + 1n];
        return Array.from({ length: Number(length) }, (_, index) => from + BigInt(index) * step);
      }
      case 'not':
        return !this.isTrue(expression.operand);
      case 'binary':
        return this.operate(expression);
    }
  }

  private operate({ operator, left, right }: Expression & { readonly kind: 'binary' }): Value {
    if (operator === '||') {
      return this.isTrue(left) || this.isTrue(right);
    }
    if (operator === '&&') {
      return this.isTrue(left) && this.isTrue(right);
    }
    const [one, other] = [this.evaluate(left), this.evaluate(right)];
    if (operator === '==' || operator === '!=') {
      return equals(one, other) === (operator === '==');
    }
    if (operator === '+' && (typeof one === 'string' || typeof other === 'string')) {
      return toText(one) + toText(other);
    }
    if (!isNumber(one) || !isNumber(other)) {
      return comparisons.has(operator) ? false : null;
    }
    return comparisons.get(operator)?.(one, other) ?? calculate(operator, one, other);
  }

  /** Evaluates a condition, which only a reference, a boolean and an operator can make true. */
  private isTrue(expression: Expression): boolean {
    const { kind } = expression;
    return kind === 'reference' ? this.valueOf(expression) !== false : this.evaluate(expression) === true;
  }
}

const comparisons = new Map<Operator, (left: bigint | number, right: bigint | number) => boolean>([
  ['<', (left, right) => left < right],
  ['>', (left, right) => left > right],
  ['<=', (left, right) => left <= right],
  ['>=', (left, right) => left >= right],
]);

/** Calculates with integers as long as both numbers are; a division by zero has no value. */
function calculate(operator: Operator, left: bigint | number, right: bigint | number): Value {
  if ((operator === '/' || operator === '%') && Number(right) === 0) {
    return null;
  }
  const [ofIntegers, ofNumbers] = arithmetic.get(operator)!;
  return typeof left === 'bigint' && typeof right === 'bigint'
    ? ofIntegers(left, right)
    : ofNumbers(Number(left), Number(right));
}

const arithmetic = new Map<
  Operator,
  readonly [(left: bigint, right: bigint) => bigint, (left: number, right: number) => number]
>([
  ['+', [(left, right) => left + right, (left, right) => left + right]],
  ['-', [(left, right) => left - right, (left, right) => left - right]],
  ['*', [(left, right) => left * right, (left, right) => left * right]],
  ['/', [(left, right) => left / right, (left, right) => left / right]],
  ['%', [(left, right) => left % right, (left, right) => left % right]],
]);

function call(self: Value, name: string, values: readonly Value[]): Value {
  try {
    return callMethod(self, name, values);
  } catch (error) {
    if (error instanceof NoSuchMethodError) {
      return null;
    }
    throw error;
  }
}

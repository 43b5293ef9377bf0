import { z } from 'zod';

import { PredictedState } from '../../../src/local/terraform/predicted-state';
import { block, listed, noEffect, readResource } from '../../../src/local/terraform/resource-schema';
import { findUnserved } from '../../../src/local/terraform/unserved';

const schema = z.object({
  name: noEffect,
  mode: z.enum(['ON', 'OFF']).default('OFF'),
  logs: listed(),
  flows: listed(z.array(z.literal('code')), z.array(z.enum(['code', 'implicit']))).default(['code']),
  recovery: block({ name: z.string(), metrics: listed(z.literal(false)) }, { name: 'email' }),
  tier: block({ level: z.number(), comment: listed() }),
});

function stateOf(configuration: object): PredictedState {
  return new PredictedState([
    {
      name: 'stack',
      terraform: {
        terraform: {},
        provider: { aws: [{ region: 'us-east-1' }] },
        resource: { aws_cognito_thing: { one: configuration as Record<string, unknown> } },
      },
    },
  ]);
}

test.each([
  [{ name: 'any', mode: 'ON' }, []],
  [{ mode: 'AUTO' }, [['mode', 'rejected']]],
  [{ tomorrow: 1 }, [['tomorrow', 'rejected']]],
  [{ constructor: 1 }, [['constructor', 'rejected']]],
  [{ logs: { any: 1 } }, [['logs', 'listed']]],
  [{ flows: ['code'] }, []],
  [{ flows: ['code', 'implicit'] }, [['flows', 'listed']]],
  [{ flows: ['password'] }, [['flows', 'rejected']]],
  [{ recovery: { name: 'a', metrics: false } }, []],
  [{ recovery: [{ name: 'a', metrics: true }] }, [['recovery', 'listed']]],
  [{ recovery: [{ metrics: true, tomorrow: 1 }] }, [['recovery', 'rejected']]],
])('an argument with a value that its schema does not serve is listed or rejected: %j', (configuration, unserved) => {
  expect(findUnserved(stateOf(configuration), { aws_cognito_thing: schema })).toEqual(
    unserved.map(([argument, support]) => ({ what: `aws_cognito_thing.one: ${argument}`, support })),
  );
});

test('the same schema reads the resource, with defaults and blocks', () => {
  expect(read({ recovery: [{ name: 'phone' }], tier: { level: 2 } })).toMatchObject({
    mode: 'OFF',
    flows: ['code'],
    recovery: { name: 'phone' },
    tier: { level: 2 },
  });
  expect(read({})).toMatchObject({ recovery: { name: 'email' } });
});

test('a resource is reported with all that is wrong with it', () => {
  expect(() => read({ mode: '${var.mode}', flows: [], recovery: { name: 1 }, tier: { level: 'high' } })).toThrow(
    [
      'stack: aws_cognito_thing.one: mode must be known before a deploy, got ${var.mode}; allowed: literals, and references to arguments of resources',
      'aws_cognito_thing.one: recovery.name: Invalid input: expected string, received number',
      'aws_cognito_thing.one: tier.level: Invalid input: expected number, received string',
    ].join('\n'),
  );
});

test('an argument that is listed or has no effect can have a value that only terraform knows', () => {
  const configuration = { name: '${var.name}', logs: ['${var.logs}'], tier: { level: 1, comment: '${var.comment}' } };

  expect(findUnserved(stateOf(configuration), { aws_cognito_thing: schema })).toEqual([
    { what: 'aws_cognito_thing.one: logs', support: 'listed' },
    { what: 'aws_cognito_thing.one: tier', support: 'listed' },
  ]);
  expect(read(configuration)).toMatchObject({ tier: { level: 1 } });
});

function read(configuration: object) {
  return readResource(schema, stateOf(configuration).resources('aws_cognito_thing')[0]!);
}

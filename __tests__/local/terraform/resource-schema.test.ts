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
  tier: block({ level: z.number() }),
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
  const read = (configuration: object) =>
    readResource(schema, stateOf(configuration).resources('aws_cognito_thing')[0]!);

  expect(read({ recovery: [{ name: 'phone' }], tier: { level: 2 } })).toMatchObject({
    mode: 'OFF',
    flows: ['code'],
    recovery: { name: 'phone' },
    tier: { level: 2 },
  });
  expect(read({})).toMatchObject({ recovery: { name: 'email' } });
  expect(() => read({ tier: { level: 'high' } })).toThrow(
    'aws_cognito_thing.one: tier.level: Invalid input: expected number, received string',
  );
});

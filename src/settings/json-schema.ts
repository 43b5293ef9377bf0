import { z } from 'zod';

import { isObject } from '../rule';
import { settingsRule } from './settings';

type Schema = Readonly<Record<string, unknown>>;

/** Where the JSON Schema of cdktf.json is; cdktf.json names it, so that an editor completes and checks the settings. */
export const schemaFile = '.config/cdktf.schema.json';

/** Returns the JSON Schema of cdktf.json, as far as this project reads it. */
export function cdktfJsonSchema(): Schema {
  const { $schema, $defs, ...settings } = describeAllowed(z.toJSONSchema(settingsRule, { io: 'input' })) as Schema;
  return {
    $schema,
    type: 'object',
    properties: {
      context: {
        type: 'object',
        properties: {
          settings: { description: 'Settings of the default environment.', ...settings },
          environments: {
            description:
              'Further environments by name: what each has instead of the settings of the default environment.',
            type: 'object',
            additionalProperties: asOverrides(settings),
          },
        },
      },
    },
    $defs,
  };
}

/** Adds what is allowed to the descriptions, which an editor shows. */
function describeAllowed(schema: unknown): unknown {
  return mapObjects(schema, ({ allowed, ...members }) =>
    typeof allowed === 'string'
      ? { ...members, description: [members.description, `Allowed: ${allowed}.`].filter(Boolean).join(' ') }
      : members,
  );
}

/** Returns the schema of an environment: any part of the settings, where null removes an entry of a map. */
function asOverrides(schema: unknown): unknown {
  return mapObjects(schema, (members) => {
    const { additionalProperties } = members;
    const optional = Object.entries(members).filter(([name]) => !['default', 'required'].includes(name));
    return {
      ...Object.fromEntries(optional),
      ...(isObject(additionalProperties) && {
        additionalProperties: { anyOf: [additionalProperties, { type: 'null' }] },
      }),
    };
  });
}

/** Changes every object in a JSON value, from the inside out. */
function mapObjects(json: unknown, change: (members: Schema) => Schema): unknown {
  if (Array.isArray(json)) {
    return json.map((item) => mapObjects(item, change));
  }
  return isObject(json)
    ? change(Object.fromEntries(Object.entries(json).map(([name, member]) => [name, mapObjects(member, change)])))
    : json;
}

import { z } from 'zod';

import { isObject } from '../rules/rule';
import { settingsRule } from './settings';

type Schema = Readonly<Record<string, unknown>>;

/** File with the JSON Schema of cdktf.json, which refers to it so that editors complete and check the settings. */
export const schemaFile = '.config/cdktf.schema.json';

/** Returns the JSON Schema of the part of cdktf.json that this project reads. */
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
            description: 'Other environments, by name: the settings that differ from those of the default environment.',
            type: 'object',
            additionalProperties: asOverrides(settings),
          },
        },
      },
    },
    $defs,
  };
}

/** Adds what is allowed, and what a change does, to the descriptions, which editors show. */
function describeAllowed(schema: unknown): unknown {
  return mapObjects(schema, (members) => {
    const { allowed, change } = members;
    const description = [
      members.description,
      typeof allowed === 'string' && `Allowed: ${allowed}.`,
      typeof change === 'string' && `A change ${change}.`,
    ].filter((sentence) => typeof sentence === 'string');
    return {
      ...Object.fromEntries(Object.entries(members).filter(([name]) => !ownMetadata.includes(name))),
      ...(description.length > 0 && { description: description.join(' ') }),
    };
  });
}

/** Metadata of the rules that JSON Schema does not have. */
const ownMetadata = ['allowed', 'change', 'isReplaced', 'isSecret', 'rejected'];

/**
 * Returns the schema of an environment: any part of the settings, where null removes an entry of a map or a setting
 * without a default.
 */
function asOverrides(schema: unknown): unknown {
  const removable = mapObjects(schema, ({ properties, additionalProperties, required, ...members }) => ({
    ...members,
    ...(isObject(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, member]) => {
          const isNeeded = Array.isArray(required) && required.includes(name);
          return [name, isNeeded || (isObject(member) && 'default' in member) ? member : orNull(member)];
        }),
      ),
    }),
    ...(additionalProperties !== undefined && {
      additionalProperties: isObject(additionalProperties) ? orNull(additionalProperties) : additionalProperties,
    }),
  }));
  return mapObjects(removable, (members) =>
    Object.fromEntries(Object.entries(members).filter(([name]) => name !== 'default')),
  );
}

function orNull(schema: unknown): Schema {
  return { anyOf: [schema, { type: 'null' }] };
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

import { customPrefix, isStandardAttribute } from '../rules/standard-attributes';
import { type ResourceChange, type Values } from './plan-json';

/** A change of the attributes of a user pool that fails during the apply, or has another effect. */
interface SchemaProblem {
  readonly problem: string;
  readonly remedy: string;
}

/** Maximum number of attributes that one deploy can add. */
const mostAdded = 25;

/**
 * Finds changes of the attributes of a user pool other than new custom ones. The provider plans all of them in place.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddCustomAttributes.html
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/21654
 */
export function findSchemaProblems({ before, after }: ResourceChange['change']): SchemaProblem[] {
  const [old, next] = [schemaIn(before), schemaIn(after)];
  const added = [...next.keys()].filter((name) => !old.has(name));
  return [
    ...[...old]
      .filter(([name, line]) => next.get(name) !== line)
      .map(([name, line]) => ({
        problem: `${next.has(name) ? 'changes' : 'removes'} the attribute ${name}, which Cognito does not allow: the apply fails after it has changed the user pool`,
        remedy: `userPool.attributes: write ${line} again${next.has(name) ? ', or give the other attribute another name' : ''}`,
      })),
    ...added.filter(isStandardAttribute).map((name) => ({
      problem: `sets rules for the attribute ${name}, which Cognito allows only for a new user pool: the provider would add the attribute ${customPrefix}${name}`,
      remedy: `userPool.attributes: remove "${name}"`,
    })),
    ...(added.length > mostAdded
      ? [
          {
            problem: `adds ${added.length} attributes, and Cognito adds at most ${mostAdded} at a time: the apply fails after it has changed the user pool`,
            remedy: `userPool.attributes: deploy ${mostAdded} of them first`,
          },
        ]
      : []),
  ];
}

/** Returns the lines of the settings for a schema, by the names of the attributes. */
function schemaIn(values: Values | null): Map<string, string> {
  return new Map(
    ((values?.schema ?? []) as readonly Values[]).map((attribute) => {
      const name = isStandardAttribute(String(attribute.name))
        ? String(attribute.name)
        : `${customPrefix}${String(attribute.name)}`;
      return [name, `${JSON.stringify(name)}: ${settingsOf(name, attribute)}`];
    }),
  );
}

/** Writes an attribute as in the settings. What is not set, the state can have as null or as an empty string. */
function settingsOf(name: string, attribute: Values): string {
  const [length = {}] = (attribute.string_attribute_constraints ?? []) as readonly Values[];
  const [value = {}] = (attribute.number_attribute_constraints ?? []) as readonly Values[];
  const type = String(attribute.attribute_data_type);
  const bounds = Object.entries({
    minLength: length.min_length,
    maxLength: length.max_length,
    minValue: value.min_value,
    maxValue: value.max_value,
  }).filter(([, bound]) => bound !== undefined && bound !== null && bound !== '');
  const members = {
    ...(!isStandardAttribute(name) && { type: `${type[0]!.toLowerCase()}${type.slice(1)}` }),
    ...(attribute.required === true && { required: true }),
    mutable: attribute.mutable === true,
    ...(!isStandardAttribute(name) && Object.fromEntries(bounds.map(([member, bound]) => [member, Number(bound)]))),
  };
  return JSON.stringify(members, null, 1).replace(/\n */g, ' ');
}

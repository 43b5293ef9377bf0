import { type PlanJson, type ResourceChange } from './plan-json';

/** A record of a hosted zone, as a plan has read it. */
interface DnsRecord {
  readonly name: string;
  readonly type: string;
}

/** Something about a record that stops a plan. */
interface RecordProblem {
  readonly address: string;
  readonly problem: string;
  readonly remedy: string;
}

/**
 * Finds records of Route 53 that would make a deploy fail half way: one that exists, or one that Cognito misses.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-add-custom-domain.html
 */
export function findRecordProblems(plan: PlanJson, changes: readonly ResourceChange[]): RecordProblem[] {
  const read = (plan.prior_state?.values?.root_module?.resources ?? []).filter(({ mode }) => mode === 'data');
  const [records] = read.filter(({ type }) => type === 'aws_route53_records');
  const [zone] = read.filter(({ type }) => type === 'aws_route53_zone');
  if (!records || !zone) {
    return [];
  }
  const zoneName = nameOf(zone.values.name);
  const zoneId = String(zone.values.zone_id);
  const known = ((records.values.resource_record_sets ?? []) as readonly DnsRecord[]).map(
    ({ name, type }) => `${type} ${nameOf(name)}`,
  );
  return changes
    .filter(({ change }) => change.actions.includes('create'))
    .flatMap(({ address, type, change: { before, after } }): RecordProblem[] => {
      const name = nameOf(type === 'aws_cognito_user_pool_domain' ? after?.domain : after?.name);
      const parent = name.replace(/^[^.]*\./, '');
      if (type === 'aws_cognito_user_pool_domain') {
        return `.${parent}`.endsWith(`.${zoneName}`) && !known.includes(`A ${parent}`)
          ? [
              {
                address,
                problem: `requires an A record for ${parent}, which the hosted zone does not have: Cognito would reject ${name} after the user pool has been created`,
                remedy: `add an A record for ${parent} to the hosted zone ${zoneId}`,
              },
            ]
          : [];
      }
      // Certificates share their validation records, which are overwritten.
      const isNew = nameOf(before?.name) !== name || before?.zone_id !== after?.zone_id;
      return type === 'aws_route53_record' && isNew && known.includes(`${String(after?.type)} ${name}`)
        ? [
            {
              address,
              problem: `exists: the hosted zone has a record ${String(after?.type)} for ${name}, and Route 53 would reject another one`,
              remedy: `delete it, or import it with npm run import -- --resource ${address}=${zoneId}_${name}_${String(after?.type)}`,
            },
          ]
        : [];
    });
}

/** Writes a host name as the settings do: without the dot at the end, and with the asterisk for which Route 53 has a code. */
function nameOf(name: unknown): string {
  return String(name).toLowerCase().replace(/\.$/, '').replace('\\052', '*');
}

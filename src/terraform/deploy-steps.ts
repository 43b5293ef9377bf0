import { actionOf, areSame, type Change, changedValues, holdsTrue, readChange } from './plan';
import { type ResourceChange, type Values } from './plan-json';

/** A part of a plan, which is planned again and applied by itself. */
export interface DeployStep {
  /** `delete` deletes resources, `change` creates and changes them, `rest` does all that is left. */
  readonly kind: 'delete' | 'change' | 'rest';
  /** Addresses of the resources; none for `rest`. */
  readonly targets: readonly string[];
}

/** Parts of a REST API that only its configuration needs: a snapshot has its own copy of them. */
const partTypes = new Set(
  ['gateway_response', 'integration', 'integration_response', 'method', 'method_response', 'resource']
    .concat('rest_api_policy')
    .map((type) => `aws_api_gateway_${type}`),
);

const stageType = 'aws_api_gateway_stage';

/** What serves calls, and moves from one snapshot of an API to the next. */
const servingTypes = new Set(['aws_api_gateway_deployment', stageType]);

/** What leads callers to a stage, and the argument that another host name changes. */
const domainTypes: Readonly<Record<string, string>> = {
  aws_api_gateway_domain_name: 'domain_name',
  aws_api_gateway_base_path_mapping: 'domain_name',
  aws_acm_certificate: 'domain_name',
  aws_acm_certificate_validation: 'certificate_arn',
  aws_route53_record: 'name',
};

/**
 * Returns the steps in which a plan has to be applied. A plan that terraform applies in the right order needs no steps.
 *
 * Terraform takes the snapshot of an API before it deletes what has left the configuration, because the deployment has
 * `create_before_destroy`: the stage would still serve deleted methods. And a new part that replaces an old one
 * (an integration of another type, another default response, another path variable) is rejected by API Gateway, or deleted
 * together with the old one. Therefore such parts are deleted first, while the stage serves its old snapshot.
 *
 * All that this snapshot needs (functions, permissions, authorizers) and the domain that leads to it are deleted or renamed
 * last, after the stage has moved.
 */
export function deploySteps(changes: readonly ResourceChange[]): DeployStep[] {
  const lostApis = changes
    .filter((resource) => resource.type === 'aws_api_gateway_rest_api' && isDeleted(resource))
    .map(({ change }) => change.before?.id);
  const deletedFirst = changes.filter(
    (resource) =>
      partTypes.has(resource.type) &&
      isDeleted(resource) &&
      // What a replacement has left behind has the same ID in AWS as the new one.
      resource.deposed === undefined &&
      !lostApis.includes(resource.change.before?.rest_api_id),
  );
  const isStageReplaced = changes.some((resource) => resource.type === stageType && isDeleted(resource));
  const isLast = (resource: ResourceChange) =>
    actionOf(resource) === 'delete' ||
    // API Gateway does not delete a stage as long as a domain leads to it.
    (isRenamed(resource) && !isStageReplaced);
  const changed = changes.filter(
    (resource) => !['forget', undefined].includes(actionOf(resource)) && !isLast(resource),
  );
  const isStageChanged = changed.some(({ type }) => servingTypes.has(type));
  const last = changes.filter(
    (resource) => isLast(resource) && resource.deposed === undefined && !deletedFirst.includes(resource),
  );
  const steps: DeployStep[] = [
    { kind: 'delete', targets: deletedFirst.map(({ address, previous_address: previous }) => previous ?? address) },
    { kind: 'change', targets: isStageChanged && last.length > 0 ? changed.map(({ address }) => address) : [] },
  ];
  const needed = steps.filter(({ targets }) => targets.length > 0);
  return needed.length === 0 ? [] : [...needed, { kind: 'rest', targets: [] }];
}

/**
 * Lists the changes of a plan that were not in the one that was approved, such as those that somebody else has caused since.
 *
 * What the approved plan replaces can be deleted in one step and created in another.
 */
export function changesBeyond(approved: readonly ResourceChange[], planned: readonly ResourceChange[]): Change[] {
  return planned
    .filter(
      (resource) =>
        !approved.some(
          (other) =>
            [other.address, other.previous_address].includes(resource.address) &&
            other.deposed === resource.deposed &&
            isPartOf(other, resource),
        ),
    )
    .flatMap(readChange);
}

function isPartOf({ change: approved }: ResourceChange, resource: ResourceChange): boolean {
  const { change: planned } = resource;
  const [one, other] = [approved, planned].map(({ actions }) => actions.join());
  const { before, after } = changedValues(resource);
  const names = Object.keys({ ...before, ...after, ...(other === 'create' && approved.after) });
  const isKnown = (name: string) =>
    [approved, planned].every(({ after_unknown: unknown }) => !holdsTrue((unknown as Values | undefined)?.[name]));
  return (
    (one === other || (approved.actions.length > 1 && (other === 'delete' || other === 'create'))) &&
    (['before', 'after'] as const).every(
      (time) =>
        planned[time] === null ||
        names.every((name) => !isKnown(name) || areSame(approved[time]?.[name], planned[time]?.[name])),
    )
  );
}

/** Another endpoint type also replaces a domain, but only in the plan that changes the API. */
function isRenamed(resource: ResourceChange): boolean {
  const { before, after } = resource.change;
  const argument = domainTypes[resource.type];
  return argument !== undefined && actionOf(resource) === 'replace' && before?.[argument] !== after?.[argument];
}

function isDeleted({ change }: ResourceChange): boolean {
  return change.actions.includes('delete');
}

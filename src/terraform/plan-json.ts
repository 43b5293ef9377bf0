/** The parts of `terraform show -json PLAN` that this project reads. */
export interface PlanJson {
  readonly configuration?: {
    readonly provider_config?: {
      readonly aws?: { readonly expressions?: { readonly region?: { readonly constant_value?: string } } };
    };
    readonly root_module?: {
      readonly resources?: readonly { readonly address: string; readonly expressions?: Values }[];
    };
  };
  /** Missing in a plan that only refreshes. */
  readonly resource_changes?: readonly ResourceChange[];
  /** The state, as the refresh has read it. */
  readonly prior_state?: {
    readonly values?: {
      readonly outputs?: Outputs;
      readonly root_module?: {
        readonly resources?: readonly (Pick<ResourceChange, 'address' | 'mode' | 'type'> & {
          readonly values: Values;
        })[];
      };
    };
  };
  readonly resource_drift?: readonly ResourceChange[];
  readonly output_changes?: Readonly<Record<string, { readonly actions: readonly string[] }>>;
}

/** The outputs of a stack, as `terraform output -json` writes them. */
export type Outputs = Readonly<Record<string, { readonly sensitive: boolean; readonly value: unknown }>>;

/** The parts of a change in a plan's JSON that this project reads. */
export interface ResourceChange {
  readonly address: string;
  readonly previous_address?: string;
  readonly mode: 'managed' | 'data';
  readonly type: string;
  /** Given for an object that an interrupted replacement has left behind: the address has another one. */
  readonly deposed?: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Values | null;
    readonly after: Values | null;
    /** Like `after`, with true where terraform knows the value only after the apply. */
    readonly after_unknown?: unknown;
    readonly replace_paths?: readonly (readonly (string | number)[])[];
    readonly importing?: object;
  };
}

/** Values of a resource's arguments and attributes. */
export type Values = Readonly<Record<string, unknown>>;

/** Lists the resources of a plan with their changes; those of one that only refreshes have none. */
export function resourcesOf({ resource_changes, prior_state }: PlanJson): readonly ResourceChange[] {
  return (
    resource_changes ??
    (prior_state?.values?.root_module?.resources ?? []).map(({ values, ...resource }) => ({
      ...resource,
      change: { actions: ['no-op'], before: values, after: values },
    }))
  );
}

/** Returns the arguments that the stack's JSON has, by the address of their resource. */
export function configuredArguments({ configuration }: PlanJson): ReadonlyMap<string, Values> {
  const resources = configuration?.root_module?.resources ?? [];
  return new Map(resources.map(({ address, expressions = {} }) => [address, expressions]));
}

/** Whether a value of the state is more than what the provider reads where AWS has nothing. */
export function hasValue(value: unknown): boolean {
  return typeof value === 'object' && value !== null
    ? Object.keys(value).length > 0
    : value !== undefined && value !== null && value !== '' && value !== 0 && value !== false;
}

/** The options that name files of other projects. */
export const fileOptions = {
  plan: { type: 'string', multiple: true, default: [] as string[] },
  state: { type: 'string', multiple: true, default: [] as string[] },
  stacks: { type: 'string', multiple: true, default: [] as string[] },
} as const;

/** How `--help` describes {@link fileOptions}. */
export const fileUsage = `  --plan FILE         serves a plan of another project: the output of
                      terraform show -json PLAN
  --state FILE        serves a state: the output of terraform show -json
  --stacks DIR        serves stacks that CDKTF has synthesized, such as cdktf.out.
                      All three are repeatable, and are then served together`;

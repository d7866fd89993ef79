/** The outputs of the step, under the names that `action.yml` gives them: typed here and nowhere else. */
export const outputNames = {
  amis: 'amis',
  amiIds: 'ami-ids',
  missing: 'missing',
  status: 'status',
  converged: 'converged',
  manifestFile: 'manifest-file',
  manifestSha256: 'manifest-sha256',
  planFile: 'plan-file',
} as const;

export type OutputName = (typeof outputNames)[keyof typeof outputNames];

/** A value for every output, always: a step that leaves one out leaves its user an empty string to guess about. */
export type Outputs = Readonly<Record<OutputName, string>>;

/** An input as action.yml declares it: required, or with a literal default that is never empty. */
export interface InputRule {
  readonly required: boolean;
  readonly default: string | undefined;
}

const table = {
  mode: optional('promote'),
  source: required(),
  'source-region': optional('auto'),
  'source-account': optional('auto'),
  'require-source-tags': optional('none'),
  'approved-plan': optional('none'),
  accounts: required(),
  regions: required(),
  'optional-regions': optional('none'),
  'targets-file': optional('none'),
  role: required(),
  'source-role': optional('auto'),
  'hub-role': optional('none'),
  'role-external-id': optional('none'),
  'consumer-role': optional('none'),
  'oidc-audience': optional('auto'),
  'ambient-credentials': optional('false'),
  'kms-key': required(),
  'copy-completion-minutes': optional('none'),
  name: optional('{source-name}'),
  description: optional('auto'),
  tags: optional('none'),
  'copy-tags': optional('true'),
  'share-with': optional('none'),
  sharing: optional('add'),
  'share-snapshots': optional('false'),
  public: optional('false'),
  'keep-source-access': optional('false'),
  'wait-minutes': optional('240'),
  'poll-seconds': optional('10'),
  'preflight-failures': optional('stop'),
  'rollback-on': optional('none'),
  'github-token': optional('none'),
  'status-context': optional('ami-promotion'),
};

export type InputName = keyof typeof table;

/** Every input of the action, in the order of action.yml. */
export const inputs: Readonly<Record<InputName, InputRule>> = table;

/** The names of the inputs, in the same order. */
export const inputNames: readonly InputName[] = Object.keys(table).filter(isInputName);

/** Whether the action has an input of this name. */
export function isInputName(name: string): name is InputName {
  return Object.hasOwn(table, name);
}

function required(): InputRule {
  return { required: true, default: undefined };
}

function optional(literal: string): InputRule {
  return { required: false, default: literal };
}

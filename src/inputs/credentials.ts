import type { Fault } from '../model/fault.ts';
import type { Credentials } from '../model/promotion.ts';
import { readAudience } from './audience.ts';
import { fault } from './fault.ts';
import type { Given } from './given.ts';
import { readHub } from './hub.ts';
import { type Read, read, refused } from './read.ts';
import { type Accounts, type RoleFacts, readRoles } from './roles.ts';
import { readSwitch } from './switches.ts';

export interface Identity extends Accounts {
  readonly credentials: Credentials;
}

/** What is known of the credentials in the environment variables. */
export interface AmbientFacts {
  /** Whether there are an access key and its secret. */
  readonly hasCredentials: boolean;
  /** Why they cannot be used, continuing a sentence that begins with the value of `ambient-credentials`. */
  readonly credentialsProblem?: string | undefined;
}

/** How the action comes by credentials, and as whom it acts in each account. */
export function readIdentity(given: Given, facts: RoleFacts, environment: AmbientFacts): Read<Identity> {
  const ambient = readSwitch('ambient-credentials', given);
  const audience = readAudience(given, facts.partition);
  const hub = readHub(given, facts.partition);
  const faults = [...ambient.faults, ...audience.faults, ...hub.faults];
  if (ambient.value === true) {
    return refusedOr(
      [...ambientFaults(given, facts), ...environmentFaults(environment)],
      ambientIdentity(facts),
    );
  }
  // Whether `none` is a role's fault depends on a switch that could not be read.
  const isOpen = ambient.value === undefined && given('role') === 'none';
  const roles = readRoles((name) => (isOpen && name === 'role' ? undefined : given(name)), facts);
  return refusedOr(
    roles.faults,
    roles.value === undefined || audience.value === undefined || hub.value === undefined
      ? undefined
      : { ...roles.value, credentials: { kind: 'oidc', audience: audience.value, hub: hub.value.hub } },
  );

  function refusedOr(more: readonly Fault[], identity: Identity | undefined): Read<Identity> {
    return identity === undefined ? refused(...faults, ...more) : read(identity, [...faults, ...more]);
  }
}

function ambientIdentity({ home, accounts }: RoleFacts): Identity | undefined {
  return home === undefined
    ? undefined
    : {
        home: { id: home, roleArn: undefined },
        owners: accounts.map((account) => ({ ...account, roleArn: undefined })),
        credentials: { kind: 'ambient' },
      };
}

/** No role is assumed, so nothing may ask for one, and all must be in the one account of the credentials. */
function ambientFaults(given: Given, { home, accounts }: RoleFacts): readonly Fault[] {
  const excluded = ([input, literal]: readonly ['role' | 'source-role' | 'hub-role', string]) => {
    const text = given(input);
    return text === undefined || text === literal
      ? []
      : [
          fault(input, text, {
            problem: 'names a role, and with ambient-credentials none is assumed',
            right: `write ${input}: ${literal}`,
          }),
        ];
  };
  const strangers = home === undefined ? [] : accounts.filter(({ id }) => id !== home);
  return [
    ...(
      [
        ['role', 'none'],
        ['source-role', 'auto'],
        ['hub-role', 'none'],
      ] as const
    ).flatMap(excluded),
    ...strangers.map(({ name }) =>
      fault('accounts', name, {
        problem: 'is another account than that of the source, and ambient-credentials are of one account',
        right: 'write home alone, or use roles instead of ambient-credentials',
      }),
    ),
  ];
}

function environmentFaults({ hasCredentials, credentialsProblem }: AmbientFacts): readonly Fault[] {
  if (credentialsProblem !== undefined) {
    return [
      fault('ambient-credentials', 'true', {
        problem: credentialsProblem,
        right: 'look at the step that sets them',
      }),
    ];
  }
  return hasCredentials
    ? []
    : [
        fault('ambient-credentials', 'true', {
          problem: 'finds no credentials in the environment',
          right:
            'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN), as aws-actions/configure-aws-credentials does',
        }),
      ];
}

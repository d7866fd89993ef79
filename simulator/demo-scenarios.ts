/** A world, and what a workflow does in it, step by step. */
export interface Scenario {
  /** The world file, beside this one. */
  readonly world: string;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly title: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** Inputs with outputs of earlier steps in them, as `{1.manifest-file}`. */
  readonly takes?: Readonly<Record<string, string>>;
  /** The job is cancelled, as somebody does on GitHub: so long after so many copies were asked for. */
  readonly cancelled?: { readonly afterCopies: number; readonly seconds: number };
  readonly ends: Ending;
}

/** How a step must end, or the demo fails. */
export interface Ending {
  readonly conclusion: 'success' | 'failure' | 'cancelled';
  readonly outputs: Readonly<Record<string, string>>;
  /** The code of every cause that the summary tells, none twice; no cause at all unless given. */
  readonly tells?: readonly string[];
  /**
   * What the simulator must have recorded; `planned`: exactly what the plan says that the step was held to; `undone`:
   * writes that left every image, snapshot, tag and permission as it was.
   */
  readonly writes: 'some' | 'none' | 'planned' | 'undone';
  /** How many copies were asked for; any number unless given. */
  readonly copies?: number;
}

const source = {
  source: 'ami-0a1b2c3d4e5f60718',
  'source-region': 'us-east-1',
  'source-account': '111122223333',
  role: 'ami-promotion',
  'poll-seconds': '2',
};

const promoted: Ending = { conclusion: 'success', outputs: { status: 'success' }, writes: 'some' };

const mainJob: Scenario = {
  world: 'demo.world.yml',
  steps: [
    {
      title: 'Push: six Regions of the home account, shared with an organizational unit',
      inputs: {
        ...source,
        accounts: 'home',
        regions: 'us-east-1\nus-west-2\neu-west-1\neu-central-1\nap-southeast-2',
        'optional-regions': 'me-central-1',
        'kms-key': 'alias/ami',
        tags: 'stage=production',
        'share-with': 'arn:aws:organizations::111122223333:ou/o-exampleorg1/ou-ab12-workloads',
      },
      ends: promoted,
    },
    {
      title: 'Pull: two accounts, each under its own keys',
      inputs: {
        ...source,
        accounts: 'prod=444455556666\nprod-eu=777788889999',
        regions: 'us-east-1\neu-west-1',
        'kms-key': 'ebs-default',
        name: '{source-name}-{region}',
      },
      ends: promoted,
    },
  ],
};

const broken: Scenario = {
  world: 'demo-broken.world.yml',
  steps: [
    {
      title: 'Broken: ten different faults over twelve targets, told before anything is written',
      inputs: {
        ...source,
        accounts: 'prod=444455556666\nstaging=777788889999\ndata=222233334444\nsandbox=333344445555',
        regions: 'us-east-1\neu-west-1\nme-central-1',
        'kms-key': 'alias/ami',
        'targets-file': 'simulator/demo-broken.targets.yml',
      },
      ends: {
        conclusion: 'failure',
        outputs: { status: 'failure', amis: '{}' },
        tells: [
          'AccessDenied',
          'KeyNotUsable',
          'NameTaken',
          'UnauthorizedOperation',
          'NotFoundException',
          'ManagedKeyCannotBeShared',
          'TagPolicyViolation',
          'ImageNotAllowed',
          'SourceKeyNotReadable',
          'RegionNotEnabled',
        ],
        writes: 'none',
      },
    },
  ],
};

const wanted = {
  ...source,
  accounts: 'prod=444455556666\nstaging=777788889999',
  regions: 'us-east-1\neu-west-1\neu-central-1',
  'kms-key': 'alias/ami',
  name: '{source-name}-{region}',
  tags: 'stage=production',
  'targets-file': 'simulator/demo-plan.targets.yml',
};
const plan = { ...wanted, mode: 'plan', role: 'ami-plan' };

const planned: Scenario = {
  world: 'demo-plan.world.yml',
  steps: [
    {
      title: 'Plan: what a promotion would write, found out by roles that can only read',
      inputs: plan,
      ends: { conclusion: 'success', outputs: { converged: 'false' }, writes: 'none' },
    },
    {
      title: 'Promote what the plan says, and nothing else',
      inputs: wanted,
      takes: { 'approved-plan': '{1.plan-file}' },
      ends: {
        conclusion: 'success',
        outputs: { status: 'success', converged: 'true' },
        writes: 'planned',
      },
    },
    {
      title: 'Plan again: nothing is left to do',
      inputs: plan,
      ends: { conclusion: 'success', outputs: { status: 'success', converged: 'true' }, writes: 'none' },
    },
  ],
};

const push: Step['inputs'] = {
  ...source,
  accounts: 'home',
  regions: 'us-west-2\neu-west-1\neu-central-1',
  'kms-key': 'alias/ami',
  'share-with': 'arn:aws:organizations::111122223333:ou/o-exampleorg1/ou-ab12-workloads',
};

const cancelled: Scenario = {
  world: 'demo.world.yml',
  steps: [
    {
      title: 'Cancelled while three copies are under way: they go on by themselves',
      inputs: push,
      cancelled: { afterCopies: 3, seconds: 1 },
      ends: {
        conclusion: 'cancelled',
        outputs: { status: 'failure', amis: '{}' },
        tells: ['Interrupted'],
        writes: 'some',
        copies: 3,
      },
    },
    {
      title: 'Run again: it finds the three copies, and makes no other',
      inputs: push,
      ends: { ...promoted, copies: 0 },
    },
    {
      title: 'Pull with rollback-on: cancel, cancelled: as if it had never been',
      inputs: {
        ...source,
        accounts: 'prod=444455556666\nprod-eu=777788889999',
        regions: 'eu-west-1',
        'kms-key': 'ebs-default',
        'rollback-on': 'cancel',
      },
      cancelled: { afterCopies: 2, seconds: 1 },
      ends: {
        conclusion: 'cancelled',
        outputs: { status: 'failure', amis: '{}' },
        tells: ['RolledBack'],
        writes: 'undone',
        copies: 2,
      },
    },
  ],
};

const packer = {
  source: 'packer:simulator/demo-pipeline.packer.json',
  'source-region': 'us-east-1',
  'source-account': '111122223333',
  accounts: 'staging=444455556666',
  regions: 'us-east-1\neu-west-1',
  'kms-key': 'alias/ami',
  'share-with': '777788889999',
  'poll-seconds': '1',
};

const pipeline: Scenario = {
  world: 'demo-pipeline.world.yml',
  steps: [
    {
      title: "Packer's manifest into staging: amd64, which Packer copied to eu-west-1 itself, and arm64",
      inputs: { ...packer, role: 'ami-promotion', name: 'web-{key}-{custom.commit}' },
      ends: { ...promoted, copies: 4 },
    },
    {
      title: 'The gate: every image as staging sees it, and as the account that is to launch it',
      inputs: {
        ...packer,
        mode: 'verify',
        role: 'ami-verification',
        'consumer-role': 'arn:aws:iam::777788889999:role/ami-consumer',
      },
      ends: {
        conclusion: 'success',
        outputs: { status: 'success', converged: 'true' },
        writes: 'none',
      },
    },
    {
      title: 'The same images from the manifest of the first step into production, under its own keys',
      inputs: {
        'source-account': '444455556666',
        accounts: 'prod=222233334444',
        regions: 'us-east-1\neu-west-1\neu-central-1',
        role: 'ami-promotion',
        'kms-key': 'ebs-default',
        'poll-seconds': '1',
      },
      takes: { source: 'manifest:{1.manifest-file}' },
      ends: { ...promoted, copies: 6 },
    },
  ],
};

/** By the flag that asks for it; without one it is the main job. */
export const scenarios: ReadonlyMap<string, Scenario> = new Map([
  ['', mainJob],
  ['--broken', broken],
  ['--plan', planned],
  ['--cancel', cancelled],
  ['--pipeline', pipeline],
]);

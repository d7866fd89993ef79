import { showTagPolicy } from './error-paste.ts';
import type { ErrorRow } from './error-row.ts';

const copying = ['ec2:CopyImage'];
const tagging = ['ec2:CopyImage', 'ec2:CreateTags'];

/** What EC2 answers about tags and other values of a request, and about requests that should not have been sent. */
export const requestRows: readonly ErrorRow[] = [
  {
    codes: ['TagLimitExceeded'],
    actions: tagging,
    kind: 'precondition',
    meaning: 'A resource would carry more than 50 tags.',
    cure: 'Set copy-tags: false, or remove tags from the input tags or from the source image.',
  },
  {
    codes: ['TagPolicyViolation'],
    actions: tagging,
    kind: 'precondition',
    meaning: "The organization's tag policy refuses these tags.",
    cure: "Give the tags with the keys and values that it asks for in tags or targets-file, or have an administrator of the organization's management account change it.",
    paste: showTagPolicy,
  },
  {
    codes: ['InvalidTagKey.Malformed'],
    actions: tagging,
    kind: 'precondition',
    meaning: 'AWS does not accept the key of a tag.',
    cure: 'Check the keys in tags: up to 127 characters, and none that begins with aws:.',
  },
  {
    codes: ['ConcurrentTagAccess'],
    actions: tagging,
    kind: 'transient',
    meaning: 'Something else was changing the tags of the same resource, and went on doing so.',
    cure: 'Find out what else tags these resources (a tagging bot, another run), then run the step again.',
  },
  {
    codes: ['InvalidParameterValue'],
    actions: copying,
    kind: 'precondition',
    meaning:
      'AWS does not accept a value of this copy: a key that is disabled or does not exist, a duration, the description or a tag.',
    cure: 'Check kms-key, copy-completion-minutes (15 to 2880 in steps of 15), description and tags, whichever AWS names.',
  },
  {
    codes: ['InvalidParameterValue', 'InvalidParameter'],
    kind: 'precondition',
    meaning: 'AWS does not accept a value of this request.',
    cure: 'Check the inputs that AWS names.',
  },
  {
    codes: ['InvalidParameterDependency', 'InvalidParameterCombination'],
    kind: 'precondition',
    meaning: 'AWS does not accept this combination of values.',
    cure: 'Please report this with the request id: the action should not send it.',
  },
  {
    codes: [
      'MissingParameter',
      'InvalidID',
      'InvalidSnapshotID.Malformed',
      'InvalidFilter',
      'FilterLimitExceeded',
      'InvalidNextToken',
      'InvalidPaginationToken',
    ],
    kind: 'permanent',
    meaning: 'AWS does not understand this request of the action.',
    cure: 'Please report this with the request id: the action should not send it.',
  },
  {
    codes: ['InvalidAction', 'UnknownParameter'],
    kind: 'permanent',
    meaning:
      'EC2 in that Region does not know this call or a part of it: some Regions and partitions get news late.',
    cure: 'Leave that Region out, or the input that asks for it (copy-completion-minutes, for instance), and please report this with the request id.',
  },
  {
    codes: ['InvalidSnapshot.InUse'],
    kind: 'precondition',
    meaning: 'An image that is still registered uses this snapshot.',
    cure: 'If nobody needs that image, deregister it; the snapshot can be deleted then.',
  },
  {
    codes: ['DryRunOperation'],
    kind: 'permanent',
    meaning: 'AWS would permit this: it is the answer of a dry run, and nothing was written.',
    cure: 'There is nothing to do; if it is told as a failure, please report that.',
  },
];

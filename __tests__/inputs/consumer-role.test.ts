import { describe, expect, it } from '@jest/globals';
import { promotionOf, sentencesOf } from './asking.ts';

const role = 'arn:aws:iam::777788889999:role/apps/ami-consumer';
const verify = { mode: 'verify' };

describe('The consumer', () => {
  it('is nobody unless a role is named', () => {
    expect(promotionOf(verify).consumer).toBeUndefined();
  });

  it('is the account that the role says', () => {
    expect(promotionOf({ ...verify, 'consumer-role': role }).consumer).toEqual({
      id: '777788889999',
      roleArn: role,
    });
  });

  it.each([
    ['ami-consumer', 'is not the ARN of a role'],
    ['arn:aws:iam::{account}:role/ami-consumer', 'holds a placeholder, and there is but one consumer'],
    ['arn:aws:sts::777788889999:assumed-role/x/y', 'is a session of a role'],
  ])('cannot be %s', (text, problem) => {
    expect(sentencesOf({ ...verify, 'consumer-role': text })).toEqual([
      `consumer-role: "${text}" ${problem}; write the whole ARN of one role, as arn:aws:iam::123456789012:role/ami-consumer`,
    ]);
  });

  it('is in the partition of the source', () => {
    const text = 'arn:aws-cn:iam::777788889999:role/ami-consumer';
    expect(sentencesOf({ ...verify, 'consumer-role': text })).toEqual([
      `consumer-role: "${text}" is in the partition aws-cn, and the source is in aws; name a role of aws`,
    ]);
  });

  it.each(['promote', 'plan'])('looks at nothing in mode: %s', (mode) => {
    expect(sentencesOf({ mode, 'consumer-role': role })).toEqual([
      `consumer-role: "${role}" looks at images in mode: verify only, and mode is ${mode}; leave it out, or write mode: verify`,
    ]);
  });

  it('is assumed, so there are no ambient credentials', () => {
    const given = { ...verify, 'consumer-role': role, 'ambient-credentials': 'true', role: 'none' };
    expect(sentencesOf(given)).toContain(
      `consumer-role: "${role}" names a role, and with ambient-credentials none is assumed; write consumer-role: none`,
    );
  });
});

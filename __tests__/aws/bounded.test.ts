import { expect, it } from '@jest/globals';
import { Caller } from '../../src/aws/call.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const call = { action: 'ec2:CopyImage', where: '111122223333/eu-west-1', role: 'role', bucket: 'b' };
const endless = () => new Promise<string>(() => undefined);

const quiet = () => undefined;

it('a request whose answer never ends is given up and made again', async () => {
  const time = new VirtualTime(0);
  const caller = new Caller(time, new AbortController().signal, quiet, () => 0.5);
  const answers = [endless, () => Promise.resolve('ami-1')];
  const answer = await time.until(caller.make(call, () => (answers.shift() ?? endless)()));
  expect(answer).toBe('ami-1');
  expect(time.now()).toBeGreaterThanOrEqual(90_000);
  expect(time.now()).toBeLessThan(100_000);
});

it('a request that is never answered fails within minutes, as trouble with the connection', async () => {
  const time = new VirtualTime(0);
  const heard: string[] = [];
  const caller = new Caller(
    time,
    new AbortController().signal,
    (text) => heard.push(text),
    () => 0.5,
  );
  await expect(time.until(caller.make(call, endless))).rejects.toMatchObject({
    failure: { code: 'TimeoutError', kind: 'transient', action: 'ec2:CopyImage' },
  });
  expect(time.now()).toBeLessThan(4 * 60_000);
  expect(heard).toEqual([`No answer from ${call.where} (TimeoutError): trying again.`]);
});

it('what a request needs first has bounds of its own', async () => {
  const time = new VirtualTime(0);
  const { signal } = new AbortController();
  const caller = new Caller(time, signal, quiet, () => 0.5);
  const prepare = () => time.sleep(200_000, signal);
  expect(await time.until(caller.make({ ...call, prepare }, () => Promise.resolve('ami-1')))).toBe('ami-1');
});

it('nothing is sent after a signal, also when it comes while a session is being renewed', async () => {
  const time = new VirtualTime(0);
  const cancel = new AbortController();
  const caller = new Caller(time, cancel.signal, quiet, () => 0.5);
  let sent = 0;
  const prepare = async () => cancel.abort();
  const send = async () => {
    sent++;
    return 'ami-1';
  };
  await expect(caller.make({ ...call, prepare }, send)).rejects.toMatchObject({
    failure: { kind: 'interrupted' },
  });
  expect(sent).toBe(0);
});

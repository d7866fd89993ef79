import { parseArn } from './arn.ts';
import { authenticate, expired, regionDisabled, unknownKey, unsigned } from './authenticate.ts';
import { type Call, type Caller, nobody } from './call.ts';
import { settle } from './copying.ts';
import { effectsOn } from './faults.ts';
import { isEnabled, settingsOf } from './places.ts';
import { newRequestId } from './random.ts';
import type { CallRecord, Permission, ServiceId } from './record.ts';
import { type Route, routeOf } from './route.ts';
import { operations } from './services/operations.ts';
import type { Effect } from './settings.ts';
import { takeToken } from './throttle.ts';
import { AwsError, errorBody, UnknownToSimulator } from './wire/error.ts';
import type { Answer, HttpRequest } from './wire/http.ts';
import { speaksJson } from './wire/json.ts';
import { findOperation, type Operation } from './wire/operation.ts';
import type { World } from './world.ts';

/**
 * Answers one request as AWS would, and changes the world as AWS would. All that goes wrong is in the answer: this
 * never throws. Every call is recorded; what the simulator does not know is also a complaint.
 */
export async function handle(world: World, request: HttpRequest): Promise<Answer> {
  settle(world);
  const progress: Progress = {
    requestId: newRequestId(world.random),
    service: 'ec2',
    action: '',
    region: '',
    caller: nobody,
    account: '',
    mutating: false,
    params: {},
    allowedBy: [],
    effects: [],
    lost: undefined,
  };
  let code = 'ok';
  let body: string;
  let status = 200;
  try {
    body = await answer(world, request, progress);
  } catch (thrown) {
    const error = complain(world, progress, thrown);
    code = error.code;
    status = error.status;
    body = errorBody(progress.service, error, progress.requestId);
  }
  const call = recordOf(world, progress, code);
  world.record.push(call);
  world.onCall?.(call);
  const delayMilliseconds = progress.effects.reduce(
    (sum, effect) => sum + (effect.kind === 'delay' ? effect.milliseconds : 0),
    0,
  );
  if (progress.lost !== undefined) {
    return { kind: progress.lost, delayMilliseconds };
  }
  const headers = {
    'content-type': speaksJson(progress.service) ? 'application/x-amz-json-1.1' : 'text/xml;charset=UTF-8',
    'x-amzn-requestid': progress.requestId,
  };
  return { kind: 'response', delayMilliseconds, response: { status, headers, body } };
}

/** What is known of a call so far; an error may come at any point. */
interface Progress {
  readonly requestId: string;
  readonly allowedBy: Permission[];
  service: ServiceId;
  action: string;
  region: string;
  caller: Caller;
  account: string;
  mutating: boolean;
  params: Record<string, unknown>;
  effects: readonly Effect[];
  /** Why the client gets no answer. */
  lost: 'reset' | 'silence' | undefined;
}

async function answer(world: World, request: HttpRequest, progress: Progress): Promise<string> {
  const route = routeOf(request);
  progress.service = route.service;
  progress.action = route.action;
  progress.region = route.region;
  const operation = findOperation(operations, route.service, route.action);
  progress.mutating = operation.mutating;
  identify(world, request, route, operation, progress);
  progress.params = operation.decode(route.payload);
  progress.account = progress.caller.account || accountOfRole(progress.params);
  const isTrial = progress.params.DryRun === true;
  progress.mutating = operation.mutating && !isTrial;
  progress.effects = effectsOn(world, {
    action: `${route.service}:${route.action}${isTrial ? '/dry-run' : ''}`,
    account: progress.account,
    region: route.region,
  });
  before(world, progress);
  if (progress.effects.some((effect) => effect.kind === 'reset-after')) {
    progress.lost = 'reset';
  }
  if (
    route.service === 'ec2' &&
    !takeToken(world, progress.account, route.region, route.action, progress.params)
  ) {
    throw new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503);
  }
  const failing = progress.effects.find((effect) => effect.kind === 'fail-copy');
  const call: Call = {
    world,
    requestId: progress.requestId,
    action: route.action,
    region: route.region,
    caller: progress.caller,
    allowedBy: progress.allowedBy,
    copyWillFail: failing?.reason,
  };
  return operation.answer(call, progress.params);
}

/** Who calls: the signature's owner, who must be allowed to use this Region at all; or nobody, where that is right. */
function identify(
  world: World,
  request: HttpRequest,
  route: Route,
  operation: Operation,
  progress: Progress,
): void {
  if (operation.action === 'AssumeRoleWithWebIdentity') {
    return;
  }
  if (route.authorization === undefined) {
    throw unsigned(route.service);
  }
  progress.caller = authenticate(world, request, route.service, route.authorization);
  progress.account = progress.caller.account;
  if (!isEnabled(world, progress.account, route.region)) {
    throw unknownKey(route.service);
  }
  if (route.service === 'sts' && !settingsOf(world, progress.account, route.region).sts) {
    throw regionDisabled(progress.account);
  }
}

/** Faults that keep a call from having any effect. */
function before(world: World, progress: Progress): void {
  const { service, action } = progress;
  for (const effect of progress.effects) {
    switch (effect.kind) {
      case 'reset-before':
        progress.lost = 'reset';
        throw new AwsError('ConnectionReset', 'The connection broke before the request was read.', 500);
      case 'silent':
        progress.lost = 'silence';
        throw new AwsError('NoAnswer', 'The request was taken and nobody ever answers it.', 500);
      case 'throttle':
        throw service === 'ec2'
          ? new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503)
          : new AwsError(service === 'sts' ? 'Throttling' : 'ThrottlingException', 'Rate exceeded');
      case 'server-error':
        throw new AwsError(internalErrors[service], 'An internal error occurred.', 500);
      case 'access-denied':
        throw denied(service, action, progress.caller.arn);
      case 'expired-token':
        throw expired(world, service);
      case 'error':
        throw new AwsError(effect.code, effect.message, effect.status);
      case 'reset-after':
      case 'fail-copy':
      case 'delay':
        break;
    }
  }
}

const internalErrors: Readonly<Record<ServiceId, string>> = {
  ec2: 'InternalError',
  sts: 'InternalFailure',
  kms: 'KMSInternalException',
  ssm: 'InternalServerError',
};

function denied(service: ServiceId, action: string, arn: string): AwsError {
  switch (service) {
    case 'ec2':
      return new AwsError('UnauthorizedOperation', 'You are not authorized to perform this operation.', 403);
    case 'sts':
      return new AwsError(
        'AccessDenied',
        arn === ''
          ? `Not authorized to perform sts:${action}`
          : `User: ${arn} is not authorized to perform: sts:${action}`,
        403,
      );
    case 'kms':
    case 'ssm':
      return new AwsError(
        'AccessDeniedException',
        `User: ${arn} is not authorized to perform: ${service}:${action}`,
      );
  }
}

function accountOfRole(params: Readonly<Record<string, unknown>>): string {
  return typeof params.RoleArn === 'string' ? (parseArn(params.RoleArn)?.account ?? '') : '';
}

/** The error to answer with. What the simulator does not know, and every bug of it, becomes a complaint too. */
function complain(world: World, progress: Progress, thrown: unknown): AwsError {
  const where = `${progress.service}:${progress.action}`;
  if (thrown instanceof AwsError) {
    if (thrown instanceof UnknownToSimulator) {
      world.complaints.push(`${where}: ${thrown.message}`);
    }
    return thrown;
  }
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  world.complaints.push(`${where}: the simulator failed: ${text}`);
  return new AwsError('InternalError', `The simulator failed: ${text}`, 500);
}

function recordOf(world: World, progress: Progress, code: string): CallRecord {
  const { WebIdentityToken: _secret, ...params } = progress.params;
  const { service, action, account, region, caller, mutating, requestId, allowedBy, lost } = progress;
  const answered = lost === undefined;
  return {
    at: world.clock.now(),
    ...{
      service,
      action,
      account,
      region,
      principal: caller.arn,
      mutating,
      code,
      requestId,
      params,
      allowedBy,
    },
    answered,
  };
}

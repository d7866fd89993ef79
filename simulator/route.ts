import type { ServiceId } from './record.ts';
import { type Authorization, parseAuthorization } from './signature.ts';
import { AwsError, UnknownToSimulator } from './wire/error.ts';
import { readForm } from './wire/form.ts';
import type { HttpRequest } from './wire/http.ts';
import type { Payload } from './wire/operation.ts';

/** Where a request goes. */
export interface Route {
  readonly service: ServiceId;
  /** Empty for an unsigned request to a host that names none. */
  readonly region: string;
  readonly action: string;
  readonly payload: Payload;
  readonly authorization: Authorization | undefined;
}

const versions: Readonly<Record<string, ServiceId>> = { '2016-11-15': 'ec2', '2011-06-15': 'sts' };
/** What stands before the action in X-Amz-Target. */
const targets: Readonly<Record<string, ServiceId>> = { TrentService: 'kms', AmazonSSM: 'ssm' };
const awsHost =
  /^(?<service>[a-z0-9]+?)(-fips)?\.(?<region>[a-z0-9-]+)\.(amazonaws\.com(\.cn)?|amazonaws\.eu|api\.aws)$/;

/**
 * Finds service, Region and action. A signed request says them in its credential scope; an unsigned one by its
 * protocol and, if it is one of AWS's, its host. Host and scope that disagree are refused, as AWS does.
 */
export function routeOf(request: HttpRequest): Route {
  if (request.method !== 'POST' || request.path !== '/' || request.query !== '') {
    throw new UnknownToSimulator(
      'InvalidRequest',
      `The simulator knows POST / only, not ${request.method} ${request.path}`,
    );
  }
  const { payload, action, service } = readPayload(request);
  const header = request.headers.authorization;
  const authorization = header === undefined ? undefined : parseAuthorization(header);
  if (header !== undefined && authorization === undefined) {
    throw new AwsError('IncompleteSignature', 'The Authorization header is not one of Signature Version 4.');
  }
  const host = awsHost.exec((request.headers.host ?? '').replace(/:\d+$/, ''))?.groups;
  if (authorization !== undefined) {
    const right = host === undefined || (host.service === service && host.region === authorization.region);
    if (authorization.service !== service || !right) {
      const message = `Credential should be scoped to a valid region and service, not ${authorization.region}/${authorization.service}.`;
      throw new AwsError('SignatureDoesNotMatch', message, 403);
    }
  }
  return { service, region: authorization?.region ?? host?.region ?? '', action, payload, authorization };
}

function readPayload(request: HttpRequest): Pick<Route, 'payload' | 'action' | 'service'> {
  const target = request.headers['x-amz-target'];
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim();
  if (target !== undefined && type === 'application/x-amz-json-1.1') {
    const [prefix = '', action] = target.split('.');
    const service = targets[prefix];
    if (service === undefined || action === undefined) {
      throw new UnknownToSimulator('UnknownOperationException', `The simulator does not know ${target}`);
    }
    return { service, action, payload: { kind: 'json', body: request.body } };
  }
  if (type !== 'application/x-www-form-urlencoded') {
    throw new UnknownToSimulator('InvalidRequest', `The simulator does not know the content type ${type}`);
  }
  const form = readForm(request.body);
  const version = form.get('Version') ?? '';
  const service = versions[version];
  if (service === undefined) {
    throw new UnknownToSimulator('NoSuchVersion', `The simulator does not know the API version "${version}"`);
  }
  const action = form.get('Action') ?? '';
  if (action === '') {
    throw new AwsError('MissingAction', 'The request must contain the parameter Action');
  }
  return { service, action, payload: { kind: 'form', form } };
}

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { HttpRequest } from './wire/http.ts';

/** What an Authorization header of AWS Signature Version 4 says. */
export interface Authorization {
  readonly accessKeyId: string;
  /** `yyyymmdd` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const form =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/;

/** Reads an Authorization header; undefined for one that is not of this form. */
export function parseAuthorization(header: string): Authorization | undefined {
  const [, accessKeyId, date, region, service, signedHeaders, signature] = form.exec(header) ?? [];
  if (!accessKeyId || !date || !region || !service || !signedHeaders || !signature) {
    return undefined;
  }
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(';'), signature };
}

/**
 * Whether the signature is the one that this secret makes for this request (Signature Version 4, body included).
 * Host, date and, where there is one, the security token must be among the signed headers.
 */
export function isSignedWith(secret: string, authorization: Authorization, request: HttpRequest): boolean {
  const { date, region, service, signedHeaders, signature } = authorization;
  const stamp = request.headers['x-amz-date'] ?? '';
  const obligatory = [
    'host',
    'x-amz-date',
    ...('x-amz-security-token' in request.headers ? ['x-amz-security-token'] : []),
  ];
  if (!stamp.startsWith(date) || !obligatory.every((name) => signedHeaders.includes(name))) {
    return false;
  }
  const payloadHash = sha256(request.body);
  if ((request.headers['x-amz-content-sha256'] ?? payloadHash) !== payloadHash) {
    return false;
  }
  const names = signedHeaders.toSorted();
  const canonicalHeaders = names.map(
    (name) => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}\n`,
  );
  const canonicalRequest = [
    request.method,
    request.path,
    request.query,
    canonicalHeaders.join(''),
    names.join(';'),
    payloadHash,
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonicalRequest)].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${secret}`);
  return timingSafeEqual(hmac(key, toSign), Buffer.from(signature, 'hex'));
}

/** The time in X-Amz-Date (`yyyymmddThhmmssZ`) in epoch milliseconds; NaN when there is none. */
export function signingTime(request: HttpRequest): number {
  const stamp = request.headers['x-amz-date'] ?? '';
  return Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

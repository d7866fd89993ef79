import type { ServiceId } from '../record.ts';

/** An error that AWS answers with: its code and HTTP status. Client errors are 400 unless AWS says otherwise. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
  }
}

/** A request that the simulator does not know how to answer: AWS might, so it is a complaint as well as an error. */
export class UnknownToSimulator extends AwsError {}

const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>';

/** The body of an error as each service writes it: EC2 and STS in XML of two shapes, KMS and SSM in JSON. */
export function errorBody(service: ServiceId, error: AwsError, requestId: string): string {
  const code = escapeXml(error.code);
  const message = escapeXml(error.message);
  switch (service) {
    case 'ec2':
      return (
        `${xmlDeclaration}<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error>` +
        `</Errors><RequestID>${requestId}</RequestID></Response>`
      );
    case 'sts':
      return (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>' +
        `<Type>${error.status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${code}</Code>` +
        `<Message>${message}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`
      );
    case 'kms':
    case 'ssm':
      return JSON.stringify({ __type: error.code, message: error.message === '' ? null : error.message });
  }
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

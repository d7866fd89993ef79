import { type _InstanceType, RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  CreateGrantCommand,
  DecryptCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  type KMSClient,
} from '@aws-sdk/client-kms';
import type { Image, Place } from '../model/image.ts';
import type { KeyUse } from '../model/observation.ts';
import type { Consumer } from '../model/promotion.ts';
import type { ConsumerAws } from '../promotion/ports.ts';
import { SdkAws } from './aws.ts';
import type { AwsConfig } from './channel.ts';
import { tried } from './trials.ts';

/** AWS as the consumer's role meets it, through the SDK. Nothing is launched, granted or decrypted: all is DryRun. */
export class SdkConsumer extends SdkAws implements ConsumerAws {
  readonly #consumer: Consumer;

  constructor(config: Omit<AwsConfig, 'accounts'>, consumer: Consumer) {
    super({ ...config, accounts: [consumer] });
    this.#consumer = consumer;
  }

  async rehearseLaunch(place: Place, image: Image): Promise<void> {
    const request = { ImageId: image.id, InstanceType: instanceTypeFor(image), MinCount: 1, MaxCount: 1 };
    await this.channel.ec2(place, 'ec2:RunInstances', (client, abortSignal) =>
      tried(() => client.send(new RunInstancesCommand({ ...request, DryRun: true }), { abortSignal })),
    );
  }

  async rehearseKeyUse(place: Place, keyArn: string, use: KeyUse): Promise<void> {
    await this.channel.kms(place, use, keyArn, (client, abortSignal) =>
      tried(() => this.#send(client, keyArn, use, abortSignal)),
    );
  }

  #send(client: KMSClient, keyArn: string, use: KeyUse, abortSignal: AbortSignal): Promise<unknown> {
    const trial = { KeyId: keyArn, DryRun: true };
    switch (use) {
      case 'kms:CreateGrant':
        return client.send(
          new CreateGrantCommand({
            ...trial,
            GranteePrincipal: this.#consumer.roleArn,
            Operations: ['Decrypt', 'GenerateDataKeyWithoutPlaintext'],
          }),
          { abortSignal },
        );
      case 'kms:GenerateDataKeyWithoutPlaintext':
        return client.send(new GenerateDataKeyWithoutPlaintextCommand({ ...trial, KeySpec: 'AES_256' }), {
          abortSignal,
        });
      case 'kms:Decrypt':
        return client.send(new DecryptCommand({ ...trial, DryRunModifiers: ['IGNORE_CIPHERTEXT'] }), {
          abortSignal,
        });
    }
  }
}

/** A small type of each architecture, in every Region; a dry run starts none. */
function instanceTypeFor({ architecture, enaSupport }: Image): _InstanceType {
  switch (architecture) {
    case 'arm64':
      return 't4g.micro';
    case 'i386':
      return 't2.micro';
    case 'x86_64_mac':
      return 'mac1.metal';
    case 'arm64_mac':
      return 'mac2.metal';
    default:
      return enaSupport ? 't3.micro' : 't2.micro';
  }
}

/** Randomness as data: the same seed gives the same ids, secrets and faults in the same order. */
export interface Random {
  state: number;
}

export function seeded(seed: number): Random {
  return { state: seed >>> 0 };
}

/** A number from 0 (included) to 1 (excluded); mulberry32, which is plenty for a simulation. */
export function nextNumber(random: Random): number {
  random.state = (random.state + 0x6d2b79f5) >>> 0;
  let mixed = random.state;
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}

/** A text of `length` characters drawn from an alphabet. */
export function nextText(random: Random, alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet.charAt(Math.floor(nextNumber(random) * alphabet.length))).join(
    '',
  );
}

export const hexadecimal = '0123456789abcdef';
export const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
export const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The id of a new resource in today's long form (`ami-` and 17 hexadecimal digits). */
export function newId(random: Random, prefix: 'ami' | 'snap'): string {
  return `${prefix}-0${nextText(random, hexadecimal, 16)}`;
}

/** The shape of an AWS request id (a version 4 UUID). */
export function newRequestId(random: Random): string {
  const hex = nextText(random, hexadecimal, 30);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(12, 15)}`,
    `a${hex.slice(15, 18)}`,
    hex.slice(18),
  ].join('-');
}

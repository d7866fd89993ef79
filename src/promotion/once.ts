/** Asks each question once: whoever asks again, also while the answer is under way, gets the same one. */
export class Once<T> {
  readonly #answers = new Map<string, Promise<T>>();

  get(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(key);
    if (known !== undefined) {
      return known;
    }
    const answer = ask();
    this.#answers.set(key, answer);
    return answer;
  }
}

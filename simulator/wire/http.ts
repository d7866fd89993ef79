/** A request as either door hands it over: header names in lower case, the body as text. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether X-Amz-Date must be near the world's time: not so where the world's time is virtual. */
  readonly checkDate: boolean;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What comes of a request: a response, a connection that breaks, or one that stays open without an answer. */
export type Answer =
  | { readonly kind: 'response'; readonly response: HttpResponse; readonly delayMilliseconds: number }
  | { readonly kind: 'reset'; readonly delayMilliseconds: number }
  | { readonly kind: 'silence'; readonly delayMilliseconds: number };

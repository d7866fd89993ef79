/** What GitHub holds of one repository, as plain data: tests read it, and change it as others would. */
export interface Repository {
  /** `owner/name`. */
  readonly name: string;
  readonly commits: readonly string[];
  readonly pullRequests: readonly number[];
  /** Who each token is; any other token is invalid. */
  readonly tokens: Readonly<Record<string, Identity>>;
  /** In the order in which they were set: for a commit and context the last one counts. */
  readonly statuses: Status[];
  readonly comments: Comment[];
}

/** Whom GitHub takes the bearer of a token for, and what it may do. */
export interface Identity extends Author {
  /** The permissions with `write`; whatever else there is, it may read. */
  readonly writes: readonly Permission[];
  /** Whether the repository exists for it; unless said otherwise, it does. */
  readonly sees?: boolean;
  /** Whether it may change comments of others; unless said otherwise, it may not. */
  readonly moderates?: boolean;
}

export type Permission = 'statuses' | 'issues' | 'pull-requests';

export interface Author {
  readonly login: string;
  readonly type: 'Bot' | 'User';
  readonly association: 'OWNER' | 'MEMBER' | 'COLLABORATOR' | 'CONTRIBUTOR' | 'NONE';
}

export interface Status {
  readonly sha: string;
  readonly state: string;
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: Author;
}

export interface Comment {
  readonly id: number;
  readonly issue: number;
  readonly author: Author;
  readonly body: string;
}

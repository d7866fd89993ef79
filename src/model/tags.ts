/** The tags that this action sets: as permanent as its inputs. */
export const ownTags = {
  /** On image and snapshots of a copy: the origin, `account/region/ami-id`. */
  source: 'promote-ami:source',
  /** Likewise: 1, 2, … */
  attempt: 'promote-ami:attempt',
  /** Likewise: the run that made it, `owner/repository/run-id/attempt`. */
  run: 'promote-ami:run',
  /** Followed by the run, on a source image while it is open for pulling. */
  pull: 'promote-ami:pull:',
} as const;

/** The prefix of every tag of ours: never copied from a source, never accepted as an input. */
export const ownPrefix = 'promote-ami:';

/** AWS allows this many user tags on a resource, of which a copy spends three on ours. */
export const maxTags = 50;
export const maxUserTags = maxTags - 3;

/** What can be known of each kind of record, whichever server lists it. Times are ISO 8601. */

type AlertState = 'open' | 'fixed' | 'dismissed';
type Level = 'critical' | 'high' | 'medium' | 'low';

interface Alert {
  readonly state: AlertState;
  /** As the server rates it; missing where it does not. */
  readonly severity: Level;
  readonly createdAt: string;
}

export interface RecordFacts {
  /** Rules that protect one branch. */
  readonly 'branch-rule': {
    readonly branch: string;
    readonly isDefault: boolean;
    readonly isProtected: boolean;
    readonly requiredApprovals: number;
    readonly requiresPullRequest: boolean;
    readonly requiresStatusChecks: boolean;
    readonly requiresSignatures: boolean;
    readonly appliesToAdmins: boolean;
    readonly allowsForcePush: boolean;
  };
  /** The repository itself. */
  readonly repository: {
    readonly name: string;
    readonly isPrivate: boolean;
    readonly defaultBranch: string;
    readonly isArchived: boolean;
  };
  /** A person with access to a repository or workspace. */
  readonly member: {
    readonly name: string;
    readonly isAdmin: boolean;
    readonly hasMfa: boolean;
    /** Null: never seen. */
    readonly lastActiveAt: string | null;
  };
  readonly 'secret-alert': Alert;
  readonly 'code-alert': Alert;
  readonly 'dependency-alert': Alert;
  /** Object storage: a bucket or container. */
  readonly bucket: {
    readonly name: string;
    readonly isPublic: boolean;
    readonly isEncrypted: boolean;
    readonly isVersioned: boolean;
  };
  /** The account's all-powerful identity. */
  readonly 'root-account': { readonly accessKeys: number; readonly hasMfa: boolean };
  /** A trail of administrative actions. */
  readonly 'audit-log': { readonly name: string; readonly isLogging: boolean; readonly coversAllRegions: boolean };
  /** Whether new storage of a kind is encrypted unless somebody says otherwise. */
  readonly 'encryption-default': { readonly name: string; readonly isEnabled: boolean };
  /** A person or key with access to a cloud account. */
  readonly 'cloud-user': {
    readonly name: string;
    /** Can sign in to the console: a second factor is asked of nobody else. */
    readonly hasPassword: boolean;
    readonly hasMfa: boolean;
    /** Of the oldest active key; null: there is none. */
    readonly keyCreatedAt: string | null;
    readonly lastUsedAt: string | null;
  };
  /** A group of like errors. */
  readonly 'error-group': {
    readonly title: string;
    readonly level: Level;
    readonly isResolved: boolean;
    readonly firstSeenAt: string;
    readonly lastSeenAt: string;
  };
  readonly ticket: {
    readonly title: string;
    readonly isVulnerability: boolean;
    readonly isOpen: boolean;
    readonly severity: Level;
    readonly createdAt: string;
    readonly dueAt: string | null;
  };
  readonly document: { readonly title: string; readonly updatedAt: string };
}

export type RecordKind = keyof RecordFacts;

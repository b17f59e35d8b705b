/** A framework is data: its controls in our own words, with what evidence would show each. */
import type { Capability } from '../checks/check.ts';

export interface Control {
  readonly id: string;
  readonly title: string;
  /** What it asks, in our own words. */
  readonly asks: string;
  /** What evidence would show it. */
  readonly evidence: string;
  /** Capabilities that can show it today; empty means only a person, or a later source, can. */
  readonly capabilities: readonly Capability[];
  /** 1, 3 or 5: how much the control counts in the score. */
  readonly weight: 1 | 3 | 5;
}

export interface Category {
  readonly id: string;
  readonly title: string;
  readonly controls: readonly Control[];
}

/** A group is the unit one Assess task takes: the framework's top level (a CSF function, an SSDF practice group). */
export interface ControlGroup {
  readonly id: string;
  readonly title: string;
  readonly categories: readonly Category[];
}

export interface Framework {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly publisher: string;
  readonly licence: string;
  readonly groups: readonly ControlGroup[];
}

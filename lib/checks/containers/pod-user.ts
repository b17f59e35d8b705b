/** Which user Kubernetes workloads and compose services run as. */
import { amount, itemsOf, type Member, member, type Node, text, truth, valueAt } from '../iac/node.ts';
import type { Resource } from '../iac/resource.ts';
import type { Judgement, Rule } from '../iac/rule.ts';

const podSpecs: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  Deployment: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

type State = 'root' | 'other' | 'unsaid';

/** A container's own setting overrides the pod's (Kubernetes, "Configure a Security Context"). */
function containerState(container: Node, pod: Node): { readonly state: State; readonly place: Member | null } {
  const own = member(container, 'securityContext');
  const shared = member(pod, 'securityContext');
  if (truth(valueAt(own?.value, 'privileged')) === true) return { state: 'root', place: own };
  for (const place of [own, shared]) {
    const user = amount(valueAt(place?.value, 'runAsUser'));
    if (user !== undefined) return { state: user === 0 ? 'root' : 'other', place };
    const nonRoot = truth(valueAt(place?.value, 'runAsNonRoot'));
    if (nonRoot !== undefined) return { state: nonRoot ? 'other' : 'unsaid', place };
  }
  return { state: 'unsaid', place: null };
}

function judgeWorkload(resource: Resource): Judgement | null {
  const pod = valueAt(resource.properties, ...(podSpecs[resource.type] ?? []));
  if (pod === undefined) return null;
  const containers = [...itemsOf(valueAt(pod, 'initContainers')), ...itemsOf(valueAt(pod, 'containers'))];
  const states = containers.map((container) => containerState(container, pod));
  const places = (state: State): readonly Member[] =>
    states.flatMap((one) => (one.state === state && one.place ? [one.place] : []));
  if (containers.length === 0) return null;
  if (places('root').length > 0) return { result: 'fail', says: 'runs a container as root or privileged', cite: places('root') };
  if (states.some(({ state }) => state === 'unsaid')) {
    return { result: 'unknown', says: 'does not say which user its containers run as, so that their images decide', cite: [] };
  }
  return { result: 'pass', says: 'runs its containers as a user other than root', cite: places('other') };
}

/** A service that names no user runs as its image says, which is judged where the image is built. */
function judgeService({ properties }: Resource): Judgement | null {
  const privileged = member(properties, 'privileged');
  if (privileged !== null && truth(privileged.value) === true)
    return { result: 'fail', says: 'runs privileged', cite: [privileged] };
  const user = member(properties, 'user');
  const [name = ''] = (text(user?.value) ?? '').split(':');
  if (user === null || name === '' || name.includes('$')) return null;
  return name === 'root' || /^0+$/.test(name)
    ? { result: 'fail', says: 'runs as root', cite: [user] }
    : { result: 'pass', says: 'runs as a user other than root', cite: [user] };
}

export const workloadRules: readonly Rule[] = [
  { types: Object.keys(podSpecs), judge: judgeWorkload },
  { types: ['service'], judge: judgeService },
];

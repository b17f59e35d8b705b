/** What a careful reader of the examples would say: a passage, the control it speaks to, and which way. */

export interface Judgement {
  /** In NIST CSF 2.0. */
  readonly control: string;
  readonly says: 'gap' | 'in-order';
  /** The passage, as far as it is quoted. */
  readonly passage: RegExp;
  readonly title: string;
  /** In words that stand in the passage, or say nothing particular. */
  readonly sentence: string;
  readonly recommendation: string;
}

const gap = (control: string, passage: RegExp, title: string, sentence: string, recommendation: string): Judgement => ({
  control,
  says: 'gap',
  passage,
  title,
  sentence,
  recommendation,
});
const inOrder = (control: string, passage: RegExp, sentence: string): Judgement => ({
  control,
  says: 'in-order',
  passage,
  title: '',
  sentence,
  recommendation: '',
});

export const judgements: readonly Judgement[] = [
  gap(
    'GV.RM-02',
    /How much risk [^.]*? has never been written down\./,
    'Risk appetite is not written down',
    'How much risk may be taken has never been written down.',
    'Agree with the leadership how much risk is acceptable, and write it down.',
  ),
  gap(
    'GV.SC-04',
    /There is no list of suppliers[^.]*\./,
    'Suppliers are neither listed nor ranked',
    'There is no list of suppliers, and nobody has ranked them.',
    'List the suppliers and rank them by how much depends on each.',
  ),
  gap(
    'ID.AM-01',
    /[^:.\n]*laptops [^.]*? are not recorded\./,
    'Hardware is missing from the inventory',
    'Hardware that was bought since the list ended is not recorded.',
    'Record every device when it is bought, and go through the list every quarter.',
  ),
  gap(
    'PR.AA-06',
    /It has no lock, and no record[^.]*\./,
    'Equipment stands where anybody can reach it',
    'The cabinet has no lock, and no record is kept of who opens it.',
    'Lock the cabinet and keep a record of who opens it.',
  ),
  gap(
    'PR.AT-01',
    /Security training is not given[^.]*\./,
    'Staff get no security training',
    'Security training is not given to staff.',
    'Train all staff when they join and once a year.',
  ),
  gap(
    'RC.RP-03',
    /nobody checks that a backup[^.]*\./,
    'Backups are not checked before they are used',
    'Nobody checks a backup before it is used.',
    'Check that a backup is whole and clean before it is restored.',
  ),
  gap(
    'RS.MA-03',
    /Incidents are not sorted[^.]*\./,
    'Incidents are not categorised',
    'Incidents are not sorted into categories.',
    'Agree on categories and priorities, and sort each incident when it is reported.',
  ),
  inOrder('GV.SC-05', /Every contract since [^.]*\./, 'Contracts carry security requirements.'),
  inOrder('GV.SC-10', /When a contract ends[^.]*\./, 'What happens after a contract ends is agreed.'),
  inOrder('ID.AM-07', /\| letters to patients[^\n]*/, 'Data is listed with its owner and class.'),
  inOrder('PR.AT-02', /The two administrators attend[^;]*/, 'Administrators are trained every year.'),
  inOrder('PR.IR-02', /The storage server is connected[^,]*/, 'Equipment is protected from loss of power.'),
  inOrder('RC.RP-05', /After a restore, [^.]*\./, 'What was restored is compared before the service is opened.'),
  inOrder('RC.RP-06', /Since March the administrator closes[^.]*\./, 'Each recovery is closed with a report.'),
  inOrder('RS.CO-02', /Patients whose data is touched[^.]*\./, 'Those concerned are told in time.'),
  inOrder('RS.MA-02', /Reports come to the administrator[^.]*\./, 'Reports are judged when they come in.'),
];

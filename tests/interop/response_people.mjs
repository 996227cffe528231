// Invented people who fill in our Questionnaire, and what a careful clinician expects back. `answers`: what they say; every
// other question they are shown is answered with no. `expect`:
//   triage, status          of the RiskAssessment
//   issues                  { rule: severity } that must be there; `only: true`: and no others
//   never                   techniques that must carry doNotPerform; 'all': every one
//   may                     techniques that must be left
//   course                  the technique of the proposed course, true for any, false for none
//   says                    what the course's description must match; `not`: must not
const pain = (intensity, duration, ...areas) => ({ 'pain.intensity': intensity, 'pain.duration_weeks': duration, 'pain.areas': areas });

export const people = [
  {
    name: 'a healthy runner with four weeks of back ache',
    answers: { age: 32, sex: 'male', ...pain(4, 4, 'low_back') },
    expect: { triage: 'self_care', status: 'final', issues: {}, only: true, may: ['swedish', 'sports', 'self_massage'], course: true },
  },
  {
    name: 'an office worker with a long-lasting ache',
    answers: { age: 45, sex: 'female', ...pain(5, 30, 'low_back', 'upper_back') },
    expect: { triage: 'self_care', status: 'final', issues: {}, only: true, may: ['swedish', 'deep_tissue', 'chair'], course: true },
  },
  {
    name: 'six months pregnant',
    answers: { age: 31, sex: 'female', ...pain(4, 6, 'low_back'), pregnancy: 'present', 'pregnancy.value': 24 },
    expect: {
      triage: 'self_care', issues: { 'D6.pregnancy.t2': 'low', 'D13.pregnancy.block': 'moderate' },
      never: ['deep_tissue', 'thai', 'hot_stone', 'cupping', 'percussive_device'], may: ['prenatal', 'swedish'],
      course: true, says: /at most 2 of 5/, not: /Lying on your tummy/,
    },
  },
  {
    name: 'stable on apixaban for two years',
    answers: {
      age: 71, sex: 'female', ...pain(5, 200, 'low_back'), medications: ['apixaban 5 mg'], gate_circulation: 'present', gate_medicine: 'present',
      anticoagulant: 'present', 'anticoagulant.weeks_ago': 104, 'anticoagulant.detail': 'stable',
    },
    expect: {
      triage: 'self_care', issues: { 'D1.anticoagulant.stable': 'low', 'D13.anticoagulant.block': 'moderate' },
      never: ['deep_tissue', 'trigger_point', 'cupping', 'iastm'], may: ['swedish', 'gentle_effleurage'], course: true, says: /at most 2 of 5/,
    },
  },
  {
    name: 'a leg clot four weeks ago',
    answers: {
      age: 52, sex: 'male', ...pain(4, 60, 'low_back'), gate_circulation: 'present',
      deep_vein_thrombosis: 'present', 'deep_vein_thrombosis.weeks_ago': 4, 'deep_vein_thrombosis.areas': ['calf'],
    },
    expect: { issues: { 'D1.dvt.recent': 'high' }, never: 'all', course: false },
  },
  {
    name: 'a leg clot five months ago, and a doctor agrees to light massage',
    answers: {
      age: 52, sex: 'female', ...pain(4, 60, 'low_back'), gate_circulation: 'present',
      deep_vein_thrombosis: 'present', 'deep_vein_thrombosis.weeks_ago': 22, 'deep_vein_thrombosis.areas': ['calf'],
    },
    clearance: { 'clearances.recorded': '2026-11-02', 'clearances.role': 'doctor', 'clearances.findings': ['deep_vein_thrombosis'] },
    expect: { triage: 'self_care', never: ['deep_tissue'], may: ['swedish'], course: true, says: /at most 2 of 5/ },
  },
  {
    name: 'numb where one sits, and trouble passing water',
    answers: { age: 44, sex: 'female', ...pain(8, 1, 'low_back', 'calf'), rf_saddle: 'present', rf_bladder_start: 'present', rf_bilateral_sciatica: 'present' },
    expect: { triage: 'emergency', issues: { 'C1.rf_saddle': 'high', 'C1.rf_bladder_start': 'high' }, never: 'all', course: false },
  },
  {
    name: 'fever and back pain in somebody who injects drugs',
    answers: { age: 38, sex: 'male', ...pain(8, 2, 'low_back'), rf_fever: 'present', rf_ivdu: 'present' },
    expect: { triage: 'urgent', issues: { 'C1.rf_fever': 'high', 'C1.rf_ivdu.severe': 'high' }, never: 'all', course: false },
  },
  {
    name: 'active cancer and new pain at night',
    answers: { age: 63, sex: 'female', ...pain(6, 5, 'upper_back'), rf_cancer_history: 'present', 'rf_cancer_history.detail': 'active', rf_night_pain: 'present' },
    expect: { triage: 'urgent', issues: { 'C2.U1.active': 'high', 'D5.cancer.active': 'moderate' }, never: 'all', course: false },
  },
  {
    name: 'osteoporosis without a fracture',
    answers: {
      age: 74, sex: 'female', ...pain(4, 100, 'low_back'), post_menopausal: 'present',
      rf_osteoporosis_known: 'present', 'rf_osteoporosis_known.detail': 'osteoporosis',
    },
    expect: { triage: 'self_care', issues: { 'D4.osteoporosis.mild': 'low' }, never: ['thai', 'tuina', 'percussive_device'], may: ['swedish'], course: true },
  },
  {
    name: 'diabetes with numb feet',
    answers: { age: 66, sex: 'male', ...pain(4, 100, 'low_back'), gate_organ: 'present', diabetes: 'present', 'diabetes.detail': 'neuropathy' },
    expect: { triage: 'self_care', issues: { 'D7.diabetes.neuropathy': 'low' }, never: ['reflexology'], may: ['swedish'], course: true },
  },
  {
    name: 'a painful rash in a band',
    answers: { age: 58, sex: 'female', ...pain(6, 1, 'upper_back'), rf_shingles: 'present', 'rf_shingles.areas': ['upper_back'] },
    expect: { triage: 'clinician', issues: { 'C1.rf_shingles': 'moderate' }, never: 'all', course: false },
  },
  {
    name: 'an operation on the spine three weeks ago',
    answers: { age: 49, sex: 'male', ...pain(5, 30, 'low_back'), gate_procedure: 'present', spinal_surgery: 'present', 'spinal_surgery.weeks_ago': 3 },
    expect: { issues: { 'D4.spinal_surgery.recent': 'high' }, never: 'all', course: false },
  },
  {
    name: 'a known bulge of the aorta',
    answers: { age: 72, sex: 'male', ...pain(4, 52, 'low_back'), gate_circulation: 'present', aneurysm_known: 'present', 'aneurysm_known.detail': 'aortic' },
    expect: { issues: { 'D1.aneurysm_known': 'moderate' }, never: 'all', course: false },
  },
  {
    name: 'blood pressure of 186 over 112',
    answers: {
      age: 55, sex: 'male', ...pain(4, 52, 'low_back'), gate_circulation: 'present', hypertension: 'present', 'hypertension.detail': 'untreated',
      systolic_bp: 'present', 'systolic_bp.value': 186, diastolic_bp: 'present', 'diastolic_bp.value': 112,
    },
    expect: { triage: 'urgent', issues: { 'D2.bp.severe': 'high' }, never: 'all', course: false },
  },
  {
    name: 'a medicine that nobody knows',
    answers: { age: 45, sex: 'female', ...pain(4, 52, 'low_back'), medications: ['Zorblaxin'] },
    expect: { triage: 'self_care', issues: { 'D11.medicine_unrecognised': 'moderate' }, only: true, never: ['deep_tissue', 'hot_stone'], may: ['swedish'], course: true, says: /at most 2 of 5/ },
  },
  {
    name: 'not sure about pain at night',
    answers: { age: 45, sex: 'female', ...pain(4, 52, 'low_back'), rf_night_pain: 'unknown' },
    expect: { triage: 'clinician', status: 'preliminary', issues: { 'C1.rf_night_pain': 'moderate' }, only: true, never: 'all', course: false },
  },
  {
    name: 'haemophilia',
    answers: { age: 29, sex: 'male', ...pain(4, 20, 'low_back'), gate_circulation: 'present', haemophilia_vwd: 'present' },
    expect: { issues: { 'D1.haemophilia_vwd': 'moderate' }, never: 'all', course: false },
  },
  {
    name: 'sixteen years old, and nobody asked the parents',
    answers: { age: 16, sex: 'female', ...pain(4, 8, 'low_back') },
    expect: { triage: 'self_care', issues: { 'D12.minor.consent': 'moderate' }, only: true, never: 'all', course: false },
  },
  {
    name: 'fever and pain over the kidney',
    answers: { age: 34, sex: 'female', ...pain(6, 0.5, 'low_back'), rf_pyelo: 'present', rf_fever: 'present' },
    expect: { triage: 'urgent', issues: { 'C1.rf_pyelo': 'high' }, never: 'all', course: false },
  },
  {
    name: 'sciatica',
    answers: { age: 41, sex: 'female', ...pain(6, 8, 'low_back', 'calf'), presentations: ['radicular'] },
    expect: { triage: 'self_care', issues: { 'B6.radicular': 'low' }, only: true, never: ['thai', 'tuina'], may: ['gentle_effleurage'], course: true },
  },
  {
    name: 'something with the skin, but nothing of what is asked',
    answers: { age: 27, sex: 'male', ...pain(3, 10, 'upper_back'), gate_skin: 'present' },
    expect: { triage: 'self_care', status: 'final', issues: {}, only: true, may: ['swedish'], course: true },
  },
];

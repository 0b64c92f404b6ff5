/** Units of measurement by what they measure. Factors are exact by definition where a definition exists (NIST SP 811). */

interface Unit {
  readonly quantity: string;
  /** In the quantity's base unit: (value − zero) · up / down. A fraction, so that 1234 mm is 1.234 m and not nearly so. */
  readonly up: number;
  readonly down: number;
  readonly zero: number;
}

const of =
  (quantity: string) =>
  (up = 1, down = 1, zero = 0): Unit => ({ quantity, up, down, zero });

const temperature = of("a temperature");
const length = of("a length");
const area = of("an area");
const volume = of("a volume");
const mass = of("a mass");
const pressure = of("a pressure");
const force = of("a force");
const torque = of("a torque");
const density = of("a density");
const energy = of("an energy");
const power = of("a power");
const apparentPower = of("an apparent power");
const reactivePower = of("a reactive power");
const charge = of("an electric charge");
const conductivity = of("a conductivity");
const voltage = of("a voltage");
const current = of("a current");
const resistance = of("a resistance");
const frequency = of("a frequency");
const speed = of("a speed");
const flow = of("a volume flow");
const massFlow = of("a mass flow");
const time = of("a time");
const angle = of("an angle");
const ratio = of("a ratio");

const units = {
  "°C": temperature(),
  "°F": temperature(5, 9, 32),
  K: temperature(1, 1, 273.15),

  µm: length(1, 1_000_000),
  mm: length(1, 1_000),
  cm: length(1, 100),
  m: length(),
  km: length(1_000),
  in: length(254, 10_000),
  ft: length(3_048, 10_000),
  yd: length(9_144, 10_000),
  mi: length(1_609_344, 1_000),

  "mm²": area(1, 1_000_000),
  "cm²": area(1, 10_000),
  "m²": area(),
  ha: area(10_000),
  "ft²": area(9_290_304, 100_000_000),

  ml: volume(1, 1_000_000),
  l: volume(1, 1_000),
  "m³": volume(),
  "ft³": volume(28_316_846_592, 1_000_000_000_000),
  gal: volume(3_785_411_784, 1_000_000_000_000),

  mg: mass(1, 1_000_000),
  g: mass(1, 1_000),
  kg: mass(),
  t: mass(1_000),
  oz: mass(28_349_523_125, 1_000_000_000_000),
  lb: mass(45_359_237, 100_000_000),

  Pa: pressure(),
  hPa: pressure(100),
  mbar: pressure(100),
  kPa: pressure(1_000),
  bar: pressure(100_000),
  MPa: pressure(1_000_000),
  atm: pressure(101_325),
  "kgf/cm²": pressure(980_665, 10),
  "mmH₂O": pressure(980_665, 100_000),
  "inH₂O": pressure(24_908_891, 100_000),
  inHg: pressure(3_386_388_640_341, 1_000_000_000),
  mmHg: pressure(133_322_387_415, 1_000_000_000),
  psi: pressure(6_894_757_293_168, 1_000_000_000),

  N: force(),
  kN: force(1_000),
  lbf: force(44_482_216_152_605, 10_000_000_000_000),

  N·m: torque(),
  kN·m: torque(1_000),
  lbf·ft: torque(1.3558179483314),

  "kg/m³": density(),
  "g/l": density(),
  "g/cm³": density(1_000),
  "kg/l": density(1_000),
  "lb/ft³": density(453_592_370_000, 28_316_846_592),

  J: energy(),
  kJ: energy(1_000),
  MJ: energy(1_000_000),
  Wh: energy(3_600),
  kWh: energy(3_600_000),
  MWh: energy(3_600_000_000),
  kcal: energy(4_184),
  BTU: energy(105_505_585_262, 100_000_000),

  mW: power(1, 1_000),
  W: power(),
  kW: power(1_000),
  MW: power(1_000_000),
  hp: power(74_569_987_158_227, 100_000_000_000),

  VA: apparentPower(),
  kVA: apparentPower(1_000),

  var: reactivePower(),
  kvar: reactivePower(1_000),

  mAh: charge(3_600, 1_000),
  Ah: charge(3_600),
  C: charge(),

  "µS/cm": conductivity(1, 10_000),
  "mS/cm": conductivity(1, 10),
  "S/m": conductivity(),

  mV: voltage(1, 1_000),
  V: voltage(),
  kV: voltage(1_000),

  µA: current(1, 1_000_000),
  mA: current(1, 1_000),
  A: current(),
  kA: current(1_000),

  Ω: resistance(),
  kΩ: resistance(1_000),
  MΩ: resistance(1_000_000),

  rpm: frequency(1, 60),
  Hz: frequency(),
  kHz: frequency(1_000),
  MHz: frequency(1_000_000),

  "mm/s": speed(1, 1_000),
  "m/s": speed(),
  "m/min": speed(1, 60),
  "km/h": speed(10, 36),
  mph: speed(44_704, 100_000),
  "ft/s": speed(3_048, 10_000),
  kn: speed(1_852, 3_600),

  "l/s": flow(1, 1_000),
  "l/min": flow(1, 60_000),
  "l/h": flow(1, 3_600_000),
  "m³/s": flow(),
  "m³/min": flow(1, 60),
  "m³/h": flow(1, 3_600),
  "gal/min": flow(3_785_411_784, 60_000_000_000_000),

  "kg/s": massFlow(),
  "kg/min": massFlow(1, 60),
  "kg/h": massFlow(1, 3_600),
  "t/h": massFlow(1_000, 3_600),

  ms: time(1, 1_000),
  s: time(),
  min: time(60),
  h: time(3_600),
  d: time(86_400),

  rad: angle(),
  "°": angle(Math.PI, 180),

  "1": ratio(),
  "%": ratio(1, 100),
  "‰": ratio(1, 1_000),
  ppm: ratio(1, 1_000_000),
} as const satisfies Readonly<Record<string, Unit>>;

export type UnitName = keyof typeof units;
export const unitNames = Object.keys(units) as readonly UnitName[];

/** Why one unit cannot be converted to the other; `undefined` when it can. */
export function conversionProblem(from: UnitName, to: UnitName): string | undefined {
  const { quantity } = units[from];
  const wanted = units[to].quantity;
  return quantity === wanted ? undefined : `${from} measures ${quantity} and ${to} ${wanted}: choose units of one kind`;
}

/** The conversion between two units of one quantity. */
export function conversion(from: UnitName, to: UnitName): (value: number) => number {
  const source = units[from];
  const target = units[to];
  const up = source.up * target.down;
  const down = source.down * target.up;
  return (value) => ((value - source.zero) * up) / down + target.zero;
}
